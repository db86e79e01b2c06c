"""Atomic counters for threads: int64 (counters, LINE), the first number of each row.

Counters in the same cache line would slow down threads that change different counters.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

LINE = 8
"""Numbers of 64 bits in a cache line."""


def _place(context: Any, builder: Any, signature: Any, given: Any) -> Any:
    array = context.make_array(signature.args[0])(context, builder, given[0])
    line = builder.mul(given[1], ir.Constant(ir.IntType(64), LINE))
    return builder.gep(array.data, [line])


@intrinsic  # type: ignore[untyped-decorator]
def add_one(typing: Any, counters: Any, place: Any) -> Any:
    """Add one to a counter and return the former value.

    Earlier writes are visible to readers of the new value.
    """

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        one = ir.Constant(ir.IntType(64), 1)
        return builder.atomic_rmw("add", _place(context, builder, signature, given), one, "seq_cst")

    return types.int64(counters, types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]
def read(typing: Any, counters: Any, place: Any) -> Any:
    """Return the current value of a counter."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.load_atomic(_place(context, builder, signature, given), "acquire", 8)

    return types.int64(counters, types.int64), generate
