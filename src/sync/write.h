// A create, update, patch or delete from its start to its end (contract 4 and 5.1).
//
//   start     an update, patch or delete is shown in the cache at once, and its undoing is
//             kept in the journal; then wrapped is called
//   succeeded the cache holds what the server has confirmed
//   failed    the change is taken back, and no other; or, with `queue`, it waits for a network (12)
#pragma once

#include <optional>
#include <string>

#include "sync/operation.h"
#include "sync/queue.h"

namespace caching {

class Replay;

class Write : public Operation {
 public:
  // wait: nothing is shown before the server confirms (4.5). own_key: what the page's own
  // rule makes of the URL of a model without an id.
  Write(Start start, Method method, bool wait, std::string own_key, Replay& replay)
      : Operation(std::move(start)),
        replay_(replay),
        method_(method),
        wait_(wait),
        own_key_(std::move(own_key)) {
    written_ = sequence_;
  }

  void start() override;
  void heard_nothing(bool is_final) override;
  void heard(int leader, Outcome outcome, int status) override;
  bool is_writing(const std::string& record) const override {
    return queued_ == Queued::no && subject_.is_cached() && !is_create() && record == key();
  }
  bool is_put_off() const override { return queued_ == Queued::put_off; }
  void queue_up() override;
  void discard() override;

 protected:
  void succeeded(bool with_data) override;
  void failed(const Failure& failure) override;
  void thrown() override { take_back(); }
  void store() override;
  // What the model stands for after the answer.
  virtual page::Confirmed confirmed() { return call_->confirmed(); }
  virtual std::string list_to_join(const page::Confirmed& confirmed);
  bool is_create() const { return method_ == Method::create; }

  Replay& replay_;
  // By which the journal knows the write.
  Sequence written_;
  page::Sent sent_;  // where it may have to wait

 private:
  // Whether the write waits in the queue (12), or to be queued: what was sent later, and is under
  // way, may be confirmed, or has to be queued behind it (12.11).
  enum class Queued { no, put_off, waiting, told };

  void show_change(bool hidden);
  void show_removal();
  void take_back();

  bool is_behind_put_off() const;
  bool waits_for_others() const;
  bool mentions_unmade() const;
  void queue_at_once();
  QueuedWrite to_queue();
  bool keep();
  void tell_queued();
  void lay_newer_over(QueuedWrite& write);
  void join_as_queued();
  void cover_earlier();
  bool is_overtaken() const;

  void confirm_removal();
  void confirm_record();
  // What a model stands for now, with the key of its record; empty: it has none that
  // could be cached.
  std::string key_of(const page::Confirmed& confirmed) const;
  void leave_former_key();
  // Whether the record lies in storage, as far as it is known.
  enum class Kept { stored, missing, superseded };
  Kept keep_created(const std::string& key);
  Kept keep(const std::string& key, const page::Confirmed& confirmed, Sequence now);
  void join_list(const std::string& key, const page::Confirmed& confirmed);
  void join_stored_list(const std::string& list, const page::Confirmed& confirmed);

  const Method method_;
  const bool wait_;
  const std::string own_key_;
  Queued queued_ = Queued::no;
  std::optional<Failure> unanswered_;  // of its request; none: there was none
  std::string token_;                  // where it may have to wait
};

}  // namespace caching
