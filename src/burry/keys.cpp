#include "burry/keys.h"

namespace burry {
namespace {

const page::Name record_mark = page::pin("-_burry_");
const page::Name expiry_mark = page::pin("-_burry_exp_");
const page::Name expiry_start = page::pin("exp_");

}  // namespace

Keys::Keys(page::Texts& texts, page::Name ns)
    : ns_(texts.pinned(ns)),
      ends_{texts.pinned(texts.joined(record_mark, ns)), texts.pinned(texts.joined(expiry_mark, ns))},
      shadows_another_(texts.begins(ns, expiry_start) || texts.contains(ns, record_mark)) {}

}  // namespace burry
