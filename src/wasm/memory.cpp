// malloc and its kin. The module holds little, of sizes that come again and again, so
// that free blocks are kept by their sizes, which are powers of two, and none is ever
// split or joined: that takes a tenth of the code of Emscripten's smallest.
#include <emscripten/heap.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

extern "C" unsigned char __heap_base;

namespace {

// In front of what is given out stands the kind of the block: 2^kind bytes in all.
constexpr int kinds = 32, smallest_kind = 4;
constexpr std::size_t front = 8, largest = std::size_t{1} << 30;

struct Block {
  union {
    int kind;
    Block* next;  // of a free one
  };
};
static_assert(sizeof(Block) <= front);

Block* free_blocks[kinds];
std::uintptr_t end_of_blocks = 0;

Block* append(std::size_t size) {
  if (!end_of_blocks) {
    const auto base = reinterpret_cast<std::uintptr_t>(&__heap_base);
    end_of_blocks = (base + 15) & ~std::uintptr_t{15};
  }
  const std::uintptr_t end = end_of_blocks + size;
  if (end > emscripten_get_heap_size() && !emscripten_resize_heap(end)) return nullptr;
  auto* block = reinterpret_cast<Block*>(end_of_blocks);
  end_of_blocks = end;
  return block;
}

Block* block_of(void* memory) {
  return reinterpret_cast<Block*>(static_cast<char*>(memory) - front);
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
  if (size > largest) return nullptr;
  int kind = smallest_kind;
  while (std::size_t{1} << kind < size + front) ++kind;
  Block* block = free_blocks[kind];
  if (block) {
    free_blocks[kind] = block->next;
  } else if (!(block = append(std::size_t{1} << kind))) {
    return nullptr;
  }
  block->kind = kind;
  return reinterpret_cast<char*>(block) + front;
}

void free(void* memory) {
  if (!memory) return;
  Block* block = block_of(memory);
  Block*& first = free_blocks[block->kind];
  block->next = first;
  first = block;
}

void* realloc(void* memory, std::size_t size) {
  void* moved = malloc(size);
  if (!memory || !moved) return moved;
  const std::size_t before = (std::size_t{1} << block_of(memory)->kind) - front;
  std::memcpy(moved, memory, before < size ? before : size);
  free(memory);
  return moved;
}

}  // extern "C"
