// A create, update, patch or delete from its start to its end (contract 4 and 5.1).
//
//   start     shows an update, patch or delete in the cache at once, notes its change in the journal,
//             and calls wrapped
//   succeeded stores what the server has confirmed
//   failed    takes the change back, and no other
#pragma once

#include <optional>
#include <string>

#include "sync/journal.h"
#include "sync/operation.h"
#include "sync/write_queue.h"

namespace caching {

class Write : public Operation {
 public:
  Write(Start start, WriteRequest request) : Operation(std::move(start)), request_(std::move(request)) {
    written_ = sequence_;
  }

  void start() override;

 protected:
  void succeeded(bool with_data) override;
  void failed(const Failure& failure) override;
  void thrown() override { take_back(); }
  void store() override;

  bool is_create() const { return request_.method == Method::create; }
  bool is_patch() const { return request_.method == Method::patch; }
  bool is_removal() const { return request_.method == Method::remove; }
  // Shows the change of an update, patch or delete, unless it is hidden, until its outcome comes.
  void show(bool hidden);
  // Returns what an update or a patch does to its record.
  virtual Change change();
  // Undoes the change of this write, and no other (4.2, 4.4, 5.1).
  void take_back();

  // Returns what the model stands for after the answer. After a patch the record is the confirmed one
  // with what was sent and the answer over it; it has no text where none is known (4.3).
  virtual page::Confirmed confirmed();
  // Returns the list that a new row joins.
  virtual std::string list_to_join(const page::Confirmed& confirmed);
  void join_stored_list(const std::string& list, const page::Confirmed& confirmed);

  WriteRequest request_;
  // The number by which the journal knows the write.
  Sequence written_;

 private:
  void show_removal(bool hidden);
  void confirm_removal();
  void confirm_record();
  // Returns the key of the record of what a model stands for now; empty: nothing of it is cached.
  std::string key_of(const page::Confirmed& confirmed) const;
  void leave_former_key();
  bool is_whole_in_collection(const std::string& list);
  Keys written_among(const Ids& ids) const;
  // Where the record is now, as far as is known.
  enum class Kept { stored, missing, superseded, unknown };
  Kept keep_created(const std::string& key);
  std::optional<std::string> with_patches_since(const std::string& key,
                                                const std::optional<std::string>& text) const;
  Kept keep(const std::string& key, const page::Confirmed& confirmed, Sequence now);
  void join_list(const std::string& key, const page::Confirmed& confirmed);

  // What a confirmed patch has set, and the answer over it; empty: the write was of the whole record.
  std::string set_;
};

}  // namespace caching
