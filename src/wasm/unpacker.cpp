// Puts a wasm together that js/build/pack.mjs has taken apart. This is a module of its own, of
// less than a kilobyte, which needs no JavaScript: a page waits for it, and a script would take
// ten times as long, since it runs before the engine has compiled it.
//
// A wasm stands in the script by what its bytes mean: all opcodes, all numbers of locals, all
// offsets, and so on. What is alike lies together, and gzip makes an eighth less of it.

namespace {

// The kinds of bytes, in the order of their texts: what stands together shares its codes in gzip.
// `sections` is all but the code. `called_rest` and so on are all bytes of a number but its first.
enum Kind {
  opcode,
  alignment,
  block,
  header,
  offset_rest,
  called_rest,
  branch,
  local,
  constant_rest,
  other,
  offset,
  constant,
  sections,
  called,
  kinds
};

// A byte is spelled by one digit, or by two if it is rare. The digits are the printable
// characters but those that need care in a string or in a script tag, beginning with those that a
// script has most: gzip has one set of codes for the digits and the script in front of them.
constexpr char all_digits[] =
    "etrn()s,oi=.a$ culhd{}f:p;mvgy&[]>w|0b+A!?_kS1OEC2xWPTNIj6MFR834-5UBKJ/HDqLYzXVQ7G*Z9^%#@~";
constexpr int digit_count = sizeof all_digits - 1;
constexpr int frequent = digit_count - 3;

struct Text {
  const unsigned char* next;
  unsigned char order[256];  // the frequent bytes, and behind them the rare ones
};

Text texts[kinds];
unsigned char digits[128];
unsigned char* out;

void number_digits() {
  for (int digit = 0; digit < digit_count; digit++) {
    digits[static_cast<int>(all_digits[digit])] = static_cast<unsigned char>(digit);
  }
}

// Reads the frequent bytes, two digits of 16 for each, and finds the end of the text. Returns what
// follows it.
const unsigned char* read_text(Text& kind, const unsigned char* next) {
  bool is_frequent[256] = {};
  int place = 0;
  for (; *next != '`'; next += 2) {
    int byte = digits[next[0]] * 16 + digits[next[1]];
    is_frequent[byte] = true;
    kind.order[place++] = static_cast<unsigned char>(byte);
  }
  for (int byte = 0; place < 256; byte++) {
    if (!is_frequent[byte]) kind.order[place++] = static_cast<unsigned char>(byte);
  }
  kind.next = ++next;
  while (*next != '`') next++;
  return next + 1;
}

int read(Kind kind) {
  Text& from = texts[kind];
  int place = digits[*from.next++];
  if (place >= frequent) place = frequent + (place - frequent) * digit_count + digits[*from.next++];
  return from.order[place];
}

int move(Kind kind) { return *out++ = static_cast<unsigned char>(read(kind)); }

void move_bytes(Kind kind, int count) {
  while (count-- > 0) move(kind);
}

int move_number(Kind first, Kind rest) {
  int byte = move(first), value = byte & 127;
  for (int shift = 7; byte > 127; shift += 7) {
    byte = move(rest);
    value |= (byte & 127) << shift;
  }
  return value;
}

int move_number(Kind kind) { return move_number(kind, kind); }

void move_numbers(Kind kind, int count) {
  while (count-- > 0) move_number(kind);
}

// An alignment is told by how it differs from that of the same opcode before.
void move_alignment(int op) {
  static unsigned char alignments[256];
  *out++ = alignments[op] ^= static_cast<unsigned char>(read(alignment));
}

void move_operands(int op) {
  switch (op) {
    case 2:
    case 3:
    case 4: move_number(block); break;
    case 12:
    case 13: move_number(branch); break;
    case 14: move_numbers(other, move_number(other) + 1); break;  // br_table
    case 16: move_number(called, called_rest); break;
    case 17: move_numbers(other, 2); break;  // call_indirect
    case 32:
    case 33:
    case 34: move_number(local); break;
    case 35:
    case 36:
    case 63:
    case 64:
    case 66: move_number(other); break;
    case 65: move_number(constant, constant_rest); break;
    case 67: move_bytes(other, 4); break;  // f32.const
    case 68: move_bytes(other, 8); break;  // f64.const
    case 252:
      // Bulk memory: opcodes 8 and 10 have two numbers, 9 and 11 one.
      move_numbers(other, 2 - move_number(other) % 2);
      break;
    default:
      if (op >= 40 && op <= 62) {  // the loads and stores
        move_alignment(op);
        move_number(offset, offset_rest);
      }
  }
}

void move_body() {
  for (int count = move_number(header); count > 0; count--) {
    move_number(header);
    move(header);
  }
  for (int depth = 1; depth > 0;) {
    int op = move(opcode);
    if (op >= 2 && op <= 4) depth++;
    if (op == 11) depth--;
    move_operands(op);
  }
}

// The size of a function is not among the texts. It stands in front of the function, so there is
// room for the largest.
void move_function() {
  constexpr int room = 5;
  unsigned char* begin = out;
  unsigned char* from = out += room;
  move_body();
  int size = static_cast<int>(out - from);
  out = begin;
  for (int left = size; left > 0 || out == begin; left >>= 7) {
    *out++ = static_cast<unsigned char>((left & 127) | (left > 127 ? 128 : 0));
  }
  __builtin_memmove(out, from, static_cast<unsigned>(size));
  out += size;
}

void move_section() {
  int section = move(sections), size = move_number(sections);
  if (section != 10) {
    move_bytes(sections, size);
    return;
  }
  for (int count = move_number(sections); count > 0; count--) move_function();
}

}  // namespace

// Puts the wasm where the page has room for it, behind the text. Returns its size. (The name is
// that of what the linker of a module without main looks for.)
extern "C" int _initialize(const unsigned char* text, unsigned char* wasm) {
  number_digits();
  for (Text& kind : texts) text = read_text(kind, text);
  out = wasm;
  move_bytes(sections, 8);
  while (*texts[sections].next != '`') move_section();
  return static_cast<int>(out - wasm);
}
