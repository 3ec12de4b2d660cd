/* argon2id alone, as a WebAssembly module that needs nothing from outside: libsodium's own functions over the little of
   a C library that they use. The memory is taken once and never given back: an instance derives one key and is thrown away,
   and its user overwrites all of its memory before that (extension/argon2.js). */

#include <stddef.h>
#include <stdint.h>

#include "crypto_pwhash/argon2/argon2.h"

#define PAGE 65536u

extern unsigned char __heap_base;
static uintptr_t taken;

void *malloc(size_t size) {
    uintptr_t at = ((taken ? taken : (uintptr_t) &__heap_base) + 63) & ~(uintptr_t) 63;
    uintptr_t have = (uintptr_t) __builtin_wasm_memory_size(0) * PAGE;
    if (size > UINTPTR_MAX - PAGE - at) return 0;
    if (at + size > have) {
        uintptr_t pages = (at + size - have + PAGE - 1) / PAGE;
        if (__builtin_wasm_memory_grow(0, pages) == (size_t) -1) return 0;
    }
    taken = at + size;
    return (void *) at;
}

void free(void *memory) { (void) memory; }

void *memcpy(void *restrict to, const void *restrict from, size_t size) { return __builtin_memcpy(to, from, size); }

void *memset(void *at, int value, size_t size) { return __builtin_memset(at, value, size); }

void sodium_memzero(void *const at, const size_t size) {
    memset(at, 0, size);
    __asm__ volatile("" : : "r"(at) : "memory");
}

void sodium_misuse(void) { __builtin_trap(); }

int *__errno_location(void) {
    static int number;
    return &number;
}

__attribute__((export_name("take"))) void *take(size_t size) { return malloc(size); }

/* The inputs of RFC 9106; 0 when it went well. */
__attribute__((export_name("argon2id"))) int argon2id(
    uint8_t *out, uint32_t out_size, uint8_t *password, uint32_t password_size, uint8_t *salt, uint32_t salt_size,
    uint32_t lanes, uint32_t kib, uint32_t passes, uint8_t *secret, uint32_t secret_size, uint8_t *data,
    uint32_t data_size) {
    argon2_context context = {
        .out = out, .outlen = out_size, .pwd = password, .pwdlen = password_size, .salt = salt, .saltlen = salt_size,
        .secret = secret, .secretlen = secret_size, .ad = data, .adlen = data_size,
        .t_cost = passes, .m_cost = kib, .lanes = lanes, .threads = lanes, .flags = ARGON2_DEFAULT_FLAGS,
    };
    return argon2_ctx(&context, Argon2_id);
}
