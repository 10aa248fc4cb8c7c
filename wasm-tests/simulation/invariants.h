// What must hold after each step, when something is delivered, and at rest.
#pragma once

#include <functional>
#include <string>

#include "scene.h"

namespace simulation {

// Somebody else's data, which nobody may touch (9.4).
const Items& foreign();

class Invariants {
 public:
  using Violated = std::function<void(const std::string& what)>;
  Invariants(Scene& scene, Violated violated) : scene_(scene), violated_(std::move(violated)) {}

  void after_step();
  void at_rest();

  // The cached phase of a read; the server phase of one, in its callback.
  void delivered_from_cache(const Flight& flight);
  void delivered(const Flight& flight);
  // Nothing else has happened since the read was sent, or its answer came.
  void hit_if_whole(const Flight& flight);
  // A read sends a request, or joins one; or sends nothing (8.1, 8.2).
  void asks_server(const Flight& flight);
  void asks_nobody(const Flight& flight);
  // A read joins the request of this leader; 0: it sends its own (8.3).
  void joins(const Flight& flight, int leader);
  // The request of this number has been answered, and these had joined it.
  void all_are_answered(int number, const std::vector<int>& followers);
  // The same, and nothing else has happened meanwhile.
  void share_answer(const Flight& flight, const std::vector<int>& followers);
  // A read has been called off, and its request aborted or not.
  void called_off(const Flight& flight, int heir, bool is_shared, bool is_aborted);
  // By a fetch policy that does not ask the cache (8.1).
  void asks_server_alone(const Flight& flight);
  // Whether the cache is to answer in place of this failure, and whether it has.
  bool answers_failure(const Flight& flight, int status);
  void failure_is_answered(const Flight& flight, bool expected, bool answered);
  // listed: what the list held before.
  void list_is_what_was_delivered(const Flight& flight, const std::vector<std::string>& listed);
  // A row of a collection has been created (4.1, 3.10).
  void has_joined(const Flight& flight, std::size_t list);
  // The same of a write that has failed (4.2, 4.4).
  void undone(const Flight& flight);
  // What another tab had written over it is not its to undo (2.7).
  void is_theirs_still(const Flight& flight, const std::string& text);
  void cleared(const Space& space);
  void dropped(const Space& space, const std::string& key);

 private:
  void check_keys();
  void check_reports();
  void check_records(const Space& space);
  // What lies in a full storage now is to stay in it.
  void note_what_is_there(Space& space);
  void check_record(const Space& space, const std::string& key, const Truth& truth);
  void check_lists(const Space& space, bool at_rest);
  void check_row(const Flight& flight, const std::string& key, const std::string* was, const std::string* is);
  bool is_of_expired_list(const Space& space, const std::string& stored);
  bool is_whole(const Flight& flight);
  bool is_fresh(const Flight& flight);
  bool has_answer(const Flight& flight);

  Scene& scene_;
  Violated violated_;
};

}  // namespace simulation
