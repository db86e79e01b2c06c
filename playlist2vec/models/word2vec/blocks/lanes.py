"""Arithmetic on rows of matrices, LANES numbers at a time, in the same order of operations on every
CPU.

A compiler that may reorder sums, as with `fastmath`, gives different bits on CPUs with wider
registers. Here the operations are written as vectors of LANES numbers with fused multiply-adds,
which every CPU rounds alike.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LANES = 8
"""Numbers in a vector; the length of a matrix row is a multiple of LANES."""
TOTALS = 4
"""Independent partial sums of a dot product; a power of two."""
_VECTOR = ir.VectorType(ir.FloatType(), LANES)
_INDEX = ir.IntType(64)


def _row(context: Any, builder: Any, kind: Any, matrix: Any, row: Any) -> tuple[Any, Any]:
    """Return the address of a row, as a pointer to vectors, and the number of vectors."""
    array = context.make_array(kind)(context, builder, matrix)
    length = builder.extract_value(array.shape, 1)
    begin = builder.gep(array.data, [builder.mul(row, length)])
    return builder.bitcast(begin, _VECTOR.as_pointer()), builder.lshr(
        length, ir.Constant(_INDEX, 3)
    )


def _fused(builder: Any, left: Any, right: Any, added: Any) -> Any:
    kind = ir.FunctionType(_VECTOR, [_VECTOR] * 3)
    fused = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fma.v{LANES}f32")
    return builder.call(fused, [left, right, added])


def _load(builder: Any, row: Any, place: Any) -> Any:
    return builder.load(builder.gep(row, [place]), align=4)


def _everywhere(builder: Any, number: Any) -> Any:
    """Return a vector with the same number LANES times."""
    one = builder.insert_element(
        ir.Constant(_VECTOR, ir.Undefined), number, ir.Constant(ir.IntType(32), 0)
    )
    return builder.shuffle_vector(
        one,
        ir.Constant(_VECTOR, ir.Undefined),
        ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES),
    )


def _sum(builder: Any, vector: Any) -> Any:
    """Return the sum of a vector's numbers, by adding halves."""
    width = LANES
    while width > 1:
        width //= 2
        kind = ir.VectorType(ir.IntType(32), width)
        upper = builder.shuffle_vector(
            vector, vector, ir.Constant(kind, list(range(width, 2 * width)))
        )
        lower = builder.shuffle_vector(vector, vector, ir.Constant(kind, list(range(width))))
        vector = builder.fadd(lower, upper)
    return builder.extract_element(vector, ir.Constant(ir.IntType(32), 0))


@intrinsic  # type: ignore[untyped-decorator]
def dot(typing: Any, left: Any, row: Any, right: Any, other: Any) -> Any:
    """Return the dot product of row `row` of `left` and row `other` of `right`, float32 (any, n *
    LANES) both.

    Vectors are added into TOTALS independent sums, and the remaining vectors into the first sum.
    """

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        first, vectors = _row(context, builder, signature.args[0], given[0], given[1])
        second, _ = _row(context, builder, signature.args[2], given[2], given[3])
        zero, step = ir.Constant(_VECTOR, [0.0] * LANES), ir.Constant(_INDEX, TOTALS)
        totals = [cgutils.alloca_once_value(builder, zero) for _ in range(TOTALS)]
        whole = builder.mul(builder.udiv(vectors, step), step)

        def add(place: Any, total: Any) -> None:
            pair = _load(builder, first, place), _load(builder, second, place)
            builder.store(_fused(builder, *pair, builder.load(total)), total)

        with cgutils.for_range_slice(builder, ir.Constant(_INDEX, 0), whole, step, inc=True) as (
            index,
            _,
        ):
            for number, total in enumerate(totals):
                add(builder.add(index, ir.Constant(_INDEX, number)), total)
        with cgutils.for_range_slice(builder, whole, vectors, ir.Constant(_INDEX, 1), inc=True) as (
            index,
            _,
        ):
            add(index, totals[0])
        sums = [builder.load(total) for total in totals]
        while len(sums) > 1:
            sums = [builder.fadd(one, two) for one, two in zip(sums[::2], sums[1::2], strict=True)]
        return _sum(builder, sums[0])

    return types.float32(left, types.uint64, right, types.uint64), generate


@intrinsic  # type: ignore[untyped-decorator]
def exchange(typing: Any, left: Any, row: Any, right: Any, other: Any, share: Any) -> Any:
    """Add `share` times the former value of each of two rows to the other row."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        first, vectors = _row(context, builder, signature.args[0], given[0], given[1])
        second, _ = _row(context, builder, signature.args[2], given[2], given[3])
        by = _everywhere(builder, given[4])
        with cgutils.for_range(builder, vectors) as loop:
            one, two = _load(builder, first, loop.index), _load(builder, second, loop.index)
            builder.store(_fused(builder, by, two, one), builder.gep(first, [loop.index]), align=4)
            builder.store(_fused(builder, by, one, two), builder.gep(second, [loop.index]), align=4)
        return context.get_dummy_value()

    return types.void(left, types.uint64, right, types.uint64, types.float32), generate


@intrinsic  # type: ignore[untyped-decorator]
def prefetch(typing: Any, matrix: Any, row: Any) -> Any:
    """Prefetch a row that will soon be changed."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        begin, vectors = _row(context, builder, signature.args[0], given[0], given[1])
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        fetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        said = [ir.Constant(number, each) for each in (1, 3, 1)]
        with cgutils.for_range_slice(
            builder, ir.Constant(_INDEX, 0), vectors, ir.Constant(_INDEX, 2), inc=True
        ) as (
            index,
            _,
        ):
            builder.call(fetch, [builder.bitcast(builder.gep(begin, [index]), byte), *said])
        return context.get_dummy_value()

    return types.void(matrix, types.uint64), generate
