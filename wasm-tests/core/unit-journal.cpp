// Writes that the server has not answered (contract 2.7, 4.2, 4.5, 5.1 and 5.4), record by
// record.
#include "fresh_page.h"
#include "sync/journal.h"

using caching::Change;
using caching::Journal;
using caching::Places;
using caching::State;

namespace {

const Change removal = Change::removing();

struct JournalOfPage : FreshPage {
  burry::Store store = open("p");
  Journal journal{store};

  State state(const std::string& text) { return {text, burry::never}; }
  void put(const std::string& text) { items["1-_burry_p"] = text; }
  std::string item() const {
    const auto found = items.find("1-_burry_p");
    return found == items.end() ? "-" : found->second;
  }
  Change change(const std::string& text) { return Change::replacing(text, burry::never); }
  void begin(caching::Sequence sequence, const Change& change, bool hidden = false) {
    journal.begin("1", sequence, change, hidden);
  }
};

}  // namespace

TEST_CASE_FIXTURE(JournalOfPage, "4.2 a write shows at once, and its failure returns to what was there") {
  for (const std::string before : {"-", "old"}) {
    if (before == "-") items.erase("1-_burry_p");
    else put(before);
    begin(1, change("new"));
    CHECK(item() == "new");
    CHECK(journal.shows_pending("1"));
    CHECK(journal.had_record("1") == (before != "-"));
    journal.fail("1", 1);
    CHECK(item() == before);
    CHECK(journal.size() == 0);
  }
}

TEST_CASE_FIXTURE(JournalOfPage, "4.5 a hidden write shows when it is confirmed") {
  put("old");
  begin(1, change("new"), true);
  CHECK(item() == "old");
  CHECK_FALSE(journal.shows_pending("1"));
  CHECK(journal.pending_keys().empty());
  CHECK(journal.keys() == caching::Keys{"1"});
  const Journal::Shown shown = journal.confirm("1", 1, change("confirmed"));
  CHECK((shown.newest && shown.stored));
  CHECK(item() == "confirmed");
  CHECK(journal.size() == 0);
}

TEST_CASE_FIXTURE(JournalOfPage, "5.1 of several writes the newest shows, whichever ends first") {
  put("old");
  begin(1, change("first"));
  begin(2, change("second"));
  CHECK(item() == "second");
  CHECK(journal.confirm("1", 1, change("first, confirmed")).newest);
  CHECK(item() == "second");
  journal.fail("1", 2);
  CHECK(item() == "first, confirmed");
}

TEST_CASE_FIXTURE(JournalOfPage, "5.1 an older write that is confirmed after a newer one changes nothing") {
  begin(1, change("first"));
  begin(2, change("second"));
  journal.confirm("1", 2, change("second, confirmed"));
  CHECK(item() == "second, confirmed");
  CHECK_FALSE(journal.shows_pending("1"));
  CHECK_FALSE(journal.confirm("1", 1, change("first, confirmed")).newest);
  CHECK(item() == "second, confirmed");
  CHECK(journal.size() == 0);
}

TEST_CASE_FIXTURE(JournalOfPage, "5.4 what a read tells lies under a pending write") {
  put("old");
  begin(1, change("new"));
  journal.confirm_read("1", 3, state("read"));
  journal.confirm_read("1", 2, state("read before"));
  CHECK(item() == "new");
  journal.fail("1", 1);
  CHECK(item() == "read");
}

TEST_CASE_FIXTURE(JournalOfPage, "5.4 what a read tells of a record without writes is written") {
  CHECK(journal.confirm_read("1", 1, state("read")));
  CHECK(item() == "read");
  CHECK_FALSE(journal.confirm_read("1", 2, {}));
  CHECK(item() == "-");
  CHECK(journal.size() == 0);
}

TEST_CASE_FIXTURE(JournalOfPage, "2.7 what somebody else has written meanwhile is not undone") {
  put("old");
  begin(1, change("new"));
  put("theirs");
  journal.fail("1", 1);
  CHECK(item() == "theirs");
  begin(2, change("new"));
  items.clear();
  journal.fail("1", 2);
  CHECK(item() == "-");
}

TEST_CASE_FIXTURE(JournalOfPage, "2.7 a write over what somebody else has written returns to that") {
  put("old");
  begin(1, change("first"));
  put("theirs");
  begin(2, change("second"));
  journal.fail("1", 2);
  CHECK(item() == "theirs");
  journal.fail("1", 1);
  CHECK(item() == "theirs");
}

TEST_CASE_FIXTURE(JournalOfPage, "4.4 the places of a deletion come back with its failure, and not twice") {
  put("old");
  begin(1, removal);
  journal.took_from_lists("1", {{"__ids__", {"1", false}, "", 0}});
  journal.took_from_lists("2", {{"__ids__", {"2", false}, "", 0}});
  CHECK(journal.places("1").size() == 1);
  CHECK(journal.places("2").empty());
  CHECK(journal.shows_deleted("1"));
  const Journal::Undone undone = journal.fail("1", 1);
  CHECK(undone.put_back.size() == 1);
  CHECK_FALSE(undone.deleted);
  CHECK(journal.fail("1", 1).put_back.empty());
}

TEST_CASE_FIXTURE(JournalOfPage, "4.4 under a failed write an older deletion shows again") {
  put("old");
  begin(1, removal);
  journal.took_from_lists("1", {{"__ids__", {"1", false}, "", 0}});
  begin(2, change("new"));
  CHECK_FALSE(journal.shows_deleted("1"));
  const Journal::Undone undone = journal.fail("1", 2);
  CHECK(undone.deleted);
  CHECK(undone.put_back.empty());
  CHECK(item() == "-");
  CHECK(journal.fail("1", 1).put_back.size() == 1);
  CHECK(item() == "old");
}

TEST_CASE_FIXTURE(JournalOfPage, "4.2 a failure brings the expiry back, too") {
  put("old");
  items["1-_burry_exp_p"] = "1005";
  begin(1, Change::replacing("new", 1020));
  CHECK(items["1-_burry_exp_p"] == "1020");
  journal.fail("1", 1);
  CHECK(items["1-_burry_exp_p"] == "1005");
}

TEST_CASE_FIXTURE(JournalOfPage, "8.4 what is pending on a record that is taken out of the cache is hidden") {
  put("old");
  begin(1, change("new"));
  items.clear();
  journal.forget("1");
  journal.forget("2");
  CHECK_FALSE(journal.shows_pending("1"));
  CHECK_FALSE(journal.had_record("1"));
  journal.fail("1", 1);
  CHECK(item() == "-");
}

TEST_CASE_FIXTURE(JournalOfPage, "5.5 after clear nothing is pending") {
  begin(1, change("new"));
  journal.clear();
  CHECK(journal.size() == 0);
  items.clear();
  const Journal::Undone undone = journal.fail("1", 1);
  CHECK(undone.put_back.empty());
  CHECK(item() == "-");
}

TEST_CASE_FIXTURE(JournalOfPage, "9.2 what storage does not take is not believed to lie there") {
  put("old");
  page.storage.quota = page.storage.units() + 2;
  begin(1, change("much too long"));
  CHECK(item() == "-");
  CHECK_FALSE(journal.confirm("1", 1, change("again much too long")).stored);
  CHECK(item() == "-");
}

TEST_CASE_FIXTURE(JournalOfPage, "5.1 a patch has nothing of an earlier write that fails") {
  put(R"({"id":1,"a":0,"b":0})");
  begin(1, change(R"({"id":1,"a":1,"b":1})"));
  begin(2, Change::merging(R"({"b":2})"));
  CHECK(item() == R"({"id":1,"a":1,"b":2})");
  journal.fail("1", 1);
  CHECK(item() == R"({"id":1,"a":0,"b":2})");
  journal.fail("1", 2);
  CHECK(item() == R"({"id":1,"a":0,"b":0})");
}

TEST_CASE_FIXTURE(JournalOfPage, "4.3 a patch has nothing of a write that is hidden") {
  put(R"({"id":1,"a":0})");
  begin(1, change(R"({"id":1,"a":1})"), true);
  begin(2, Change::merging(R"({"b":2})"));
  CHECK(item() == R"({"id":1,"a":0,"b":2})");
}

TEST_CASE_FIXTURE(JournalOfPage,
                  "4.3 a patch of an unknown record stores nothing, and a read brings the record") {
  begin(1, Change::merging(R"({"b":2})"));
  CHECK(item() == "-");
  CHECK(journal.lacks_record("1"));
  journal.confirm_read("1", 2, state(R"({"id":1,"a":0,"b":0})"));
  CHECK(item() == R"({"id":1,"a":0,"b":2})");
  CHECK_FALSE(journal.lacks_record("1"));
  journal.fail("1", 1);
  CHECK(item() == R"({"id":1,"a":0,"b":0})");
}

TEST_CASE_FIXTURE(JournalOfPage, "4.3 an expired record is none that a patch is laid over") {
  put(R"({"id":1})");
  items["1-_burry_exp_p"] = "999";
  page.clock.set_minute(1000);
  begin(1, Change::merging(R"({"b":2})"));
  CHECK(item() == R"({"id":1})");
  CHECK_FALSE(journal.base_text("1"));
}

TEST_CASE_FIXTURE(JournalOfPage, "4.3 a confirmed patch of an unknown record stores nothing") {
  begin(1, Change::merging(R"({"b":2})"));
  Change confirmed = Change::replacing({}, burry::never);
  confirmed.members = R"({"b":2})";
  const Journal::Shown shown = journal.confirm("1", 1, confirmed);
  CHECK((shown.newest && !shown.stored));
  CHECK(shown.members == R"({"b":2})");
  CHECK(journal.size() == 0);
}

TEST_CASE_FIXTURE(JournalOfPage,
                  "5.1 an older write that is confirmed after a newer patch has that laid over it") {
  put(R"({"id":1,"a":0,"b":0})");
  begin(1, change(R"({"id":1,"a":1,"b":1})"));
  begin(2, Change::merging(R"({"b":2})"));
  Change patch = change(R"({"id":1,"a":0,"b":2,"v":7})");
  patch.members = R"({"b":2,"v":7})";
  journal.confirm("1", 2, patch);
  CHECK(item() == R"({"id":1,"a":1,"b":2,"v":7})");
  const Journal::Shown shown = journal.confirm("1", 1, change(R"({"id":1,"a":1,"b":1})"));
  CHECK(shown.newest);
  CHECK(shown.text == R"({"id":1,"a":1,"b":2,"v":7})");
  CHECK(item() == R"({"id":1,"a":1,"b":2,"v":7})");
}

TEST_CASE_FIXTURE(JournalOfPage,
                  "4.4 a patch behind a delete is of the row before it, until that is confirmed") {
  put(R"({"id":1,"a":0})");
  begin(1, removal);
  begin(2, Change::merging(R"({"b":2})"));
  CHECK(item() == R"({"id":1,"a":0,"b":2})");
  CHECK_FALSE(journal.shows_deleted("1"));
  journal.confirm("1", 1, removal);
  CHECK(item() == "-");
  CHECK(journal.shows_deleted("1"));
}

TEST_CASE_FIXTURE(JournalOfPage,
                  "12.8 the journal tells once which confirmed states have changed under pending writes") {
  begin(1, change("new"));
  CHECK(journal.take_rebased().empty());
  journal.confirm_read("1", 2, state("read"));
  journal.confirm_read("2", 2, state("read"));
  CHECK(journal.take_rebased() == caching::Keys{"1"});
  CHECK(journal.take_rebased().empty());
  journal.confirm_read("1", 3, state("read"));
  journal.fail("1", 1);
  CHECK(journal.take_rebased().empty());
}

TEST_CASE_FIXTURE(JournalOfPage, "12.8 a record that a queued patch needs may be brought by somebody else") {
  journal.restore("1", 1, {}, Change::merging(R"({"b":2})"), false);
  journal.show_restored("1");
  CHECK(item() == "-");
  put(R"({"id":1,"a":0})");
  journal.show_again("1");
  CHECK(item() == R"({"id":1,"a":0,"b":2})");
  put(R"({"id":1,"a":9})");
  journal.rebase("1", state(R"({"id":1,"a":5})"));
  journal.show_again("1");
  CHECK(item() == R"({"id":1,"a":5,"b":2})");
}

TEST_CASE_FIXTURE(JournalOfPage,
                  "12.8 what another tab has written, and is shown here too, is no change of somebody else") {
  journal.begin("1", 1, Change::replacing(R"({"id":1,"a":1})", burry::never), false);
  journal.begin("1", 2, Change::replacing(R"({"id":1,"a":2})", burry::never), false);
  // Another tab has taken the second write back.
  put(R"({"id":1,"a":1})");
  journal.leave("1", 2);
  journal.show_again("1");
  journal.begin("1", 3, Change::replacing(R"({"id":1,"a":3})", burry::never), false);
  journal.fail("1", 3);
  CHECK(item() == R"({"id":1,"a":1})");
  CHECK(journal.shows_pending("1"));
}

TEST_CASE_FIXTURE(JournalOfPage, "12.3 a patch that is moved to the server's id is laid over what is there") {
  journal.begin("_new_x", 1, Change::merging(R"({"b":2})"), false);
  put(R"({"id":1,"a":0})");
  journal.move("_new_x", {"1", false});
  journal.amend("1", 1, Change::merging(R"({"b":2})"), false);
  CHECK(item() == R"({"id":1,"a":0,"b":2})");
}
