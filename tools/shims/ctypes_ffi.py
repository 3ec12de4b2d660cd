"""The part of cffi's `ffi` that coincurve and PyNaCl use, over ctypes: Pyodide has no cffi.

`lib` takes its functions' exact signatures from a table that the build writes from the library's own headers: in
WebAssembly a call whose types differ from the function's traps. Signature codes, result first: v void, i int,
u unsigned int, z size_t, q and Q (un)signed 64 bits, b unsigned char, c char *, p any other pointer, l array of
pointers (a Python list goes in). Memory is plain ctypes arrays, so that calls need no conversion of ours.
"""

import ctypes

TYPES = {
    "char": ctypes.c_char,
    "unsigned char": ctypes.c_ubyte,
    "uint8_t": ctypes.c_ubyte,
    "int": ctypes.c_int,
    "size_t": ctypes.c_size_t,
    "unsigned long long": ctypes.c_ulonglong,
    "uint32_t": ctypes.c_uint32,
    "uint64_t": ctypes.c_uint64,
}


class Pointer(ctypes.c_void_p):
    """What a function returned. Equal to another pointer to the same place; `ffi.NULL` is None."""

    def __eq__(self, other):
        return self.value == getattr(other, "value", other)

    def __hash__(self):
        return hash(self.value)


class Owned(Pointer):
    """A pointer that calls its destructor when nobody holds it any more (`ffi.gc`)."""

    destructor = None

    def __del__(self):
        if self.value and self.destructor is not None:
            self.destructor(self)


class List:
    """Argument type of `const T * const *`: a Python list of memory, as cffi takes it."""

    @staticmethod
    def from_param(items):
        return (ctypes.c_void_p * len(items))(*[ctypes.addressof(item) for item in items])


CODES = {
    "v": None,
    "i": ctypes.c_int,
    "u": ctypes.c_uint,
    "z": ctypes.c_size_t,
    "q": ctypes.c_longlong,
    "Q": ctypes.c_ulonglong,
    "b": ctypes.c_ubyte,
    "c": ctypes.c_void_p,
    "p": ctypes.c_void_p,
    "l": List,
}


def function(library, name, signature):
    """`name` of the library with its exact types."""
    found = getattr(library, name)
    found.restype = Pointer if signature[0] in "pc" else CODES[signature[0]]
    found.argtypes = [CODES[code] for code in signature[1:]]
    return found


def structure(name, size):
    """The type of an opaque C struct. `memory[0]` is the struct, as in cffi: that is the memory itself."""

    def item(self, index):
        if index == 0:
            return self
        return ctypes.Array.__getitem__(self, index)

    return type(name, (ctypes.c_ubyte * size,), {"__getitem__": item, "__hash__": object.__hash__})


class Ffi:
    """`sizes`: the opaque structs by their C names, in bytes."""

    NULL = None
    CData = ctypes.Array

    def __init__(self, sizes):
        self._made = {}
        for name, size in sizes.items():
            self._made[f"{name} *"] = structure(name, size)
            self._made[f"{name}*"] = self._made[f"{name} *"]
        self._once = {}

    def _type(self, ctype):
        """The ctypes type of `T *`, `T[n]` or `T []`; None for an array without a length."""
        base, star, _ = ctype.partition("*")
        if star:
            return TYPES[base.strip()] * 1
        base, _, length = ctype.partition("[")
        length = length.strip(" ]")
        return TYPES[base.strip()] * int(length) if length else None

    def new(self, ctype, initial=None):
        """New memory: zeroed, or with `initial`. Raises IndexError when `initial` is too long, as cffi does."""
        try:
            made = self._made[ctype]
        except KeyError:
            made = self._made[ctype] = self._type(ctype)
        if made is None:
            element = TYPES[ctype.partition("[")[0].strip()]
            if isinstance(initial, int):
                return (element * initial)()
            made = element * (len(initial) + (element is ctypes.c_char))
        if initial is None:
            return made()
        if isinstance(initial, int):
            return made(initial)
        length = ctypes.sizeof(made)
        if len(initial) == length:
            return made.from_buffer_copy(initial)
        if len(initial) > length:
            raise IndexError("initializer is too long")
        memory = made()
        ctypes.memmove(memory, bytes(initial), len(initial))
        return memory

    def buffer(self, cdata, size=None):
        """A writable view of `size` bytes (default all) at `cdata`: memory, a pointer, or an address."""
        if isinstance(cdata, ctypes.Array):
            view = memoryview(cdata).cast("B")
            return view if size is None else view[:size]
        address = cdata if isinstance(cdata, int) else cdata.value
        return memoryview((ctypes.c_ubyte * size).from_address(address)).cast("B")

    def gc(self, cdata, destructor):
        owned = Owned(cdata.value)
        owned.destructor = destructor
        return owned

    def callback(self, ctype):
        """A decorator: the function becomes callable from C. Its pointer arguments arrive as addresses."""
        result, _, arguments = ctype.rstrip(") ").partition("(")
        types = [ctypes.c_void_p if "*" in argument else TYPES[argument.strip()] for argument in arguments.split(",")]
        return ctypes.CFUNCTYPE(TYPES[result.strip()], *types)

    def cast(self, _ctype, cdata):
        return cdata

    def string(self, cdata):
        """The bytes before the first zero."""
        if isinstance(cdata, ctypes.Array):
            return bytes(cdata).split(b"\0", 1)[0]
        return ctypes.string_at(cdata.value)

    def memmove(self, destination, source, count):
        ctypes.memmove(destination, bytes(source) if isinstance(source, (bytearray, memoryview)) else source, count)

    def init_once(self, function, tag):
        if tag not in self._once:
            self._once[tag] = function()
        return self._once[tag]


class Lib:
    """The library's functions by name, each looked up once; opened on the first use of any."""

    def __init__(self, path, signatures, constants):
        self._path = path
        self._signatures = signatures
        self._library = None
        self.__dict__.update(constants)

    def __getattr__(self, name):
        signature = self.__dict__["_signatures"].get(name)
        if signature is None:
            raise AttributeError(f"no function {name} in {self._path}")
        if self._library is None:
            self._library = ctypes.CDLL(self._path)
        found = self.__dict__[name] = function(self._library, name, signature)
        return found
