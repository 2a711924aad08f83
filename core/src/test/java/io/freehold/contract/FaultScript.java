package io.freehold.contract;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Allocator;
import io.freehold.Layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The script of a fault sweep: every way to allocate and to resize. A call that fails is
 * verified to have done nothing, and repeated.
 */
final class FaultScript {

	private static final BytePattern PATTERN = new BytePattern(99);

	private final Allocator allocator;

	private final CheckedAlloc backend;

	private final FailingAlloc failing;

	private final Consumer<Boolean> onFailure;

	private MemorySegment block = MemorySegment.NULL;

	private Layout layout = Layout.ofBytes(0);

	FaultScript(Allocator allocator, CheckedAlloc backend, FailingAlloc failing, Consumer<Boolean> onFailure) {
		this.allocator = allocator;
		this.backend = backend;
		this.failing = failing;
		this.onFailure = onFailure;
	}

	void run() {
		Layout neighbourLayout = Layout.of(40, 8);
		MemorySegment neighbour = attempt(() -> this.allocator.allocateZeroed(neighbourLayout), neighbourLayout);
		BytePattern.assertZeroFrom(neighbour, 0);
		PATTERN.write(neighbour);
		for (long size : new long[] { 24, 6000, 70_000 }) {
			this.block = this.allocator.allocate(Layout.of(0, 8));
			this.layout = Layout.of(0, 8);
			grow(Layout.of(size, 8), false);
			grow(Layout.of(size, 8), false);
			grow(Layout.of(2 * size, 8), false);
			grow(Layout.of(2 * size, 128), false);
			grow(Layout.of(3 * size, 128), true);
			grow(Layout.of(4 * size, 16), true);
			shrink(Layout.of(2 * size, 16));
			shrink(Layout.of(2 * size, 16));
			shrink(Layout.of(size, 64));
			shrink(Layout.of(size - 1, 4));
			shrink(Layout.of(0, 256));
			grow(Layout.of(size, 32), true);
			this.allocator.deallocate(this.block, this.layout);
		}
		PATTERN.assertKept(neighbour, neighbour.byteSize());
		this.allocator.deallocate(neighbour, neighbourLayout);
	}

	private void grow(Layout newLayout, boolean zeroed) {
		long kept = this.layout.size();
		resize(newLayout, kept, () -> zeroed ? this.allocator.growZeroed(this.block, this.layout, newLayout)
				: this.allocator.grow(this.block, this.layout, newLayout), zeroed);
	}

	private void shrink(Layout newLayout) {
		resize(newLayout, newLayout.size(), () -> this.allocator.shrink(this.block, this.layout, newLayout), false);
	}

	private void resize(Layout newLayout, long kept, Supplier<MemorySegment> call, boolean zeroed) {
		PATTERN.write(this.block);
		MemorySegment resized = attempt(call, newLayout);
		assertThat(resized.address() % newLayout.alignment()).isZero();
		PATTERN.assertKept(resized, kept);
		if (zeroed) {
			BytePattern.assertZeroFrom(resized, kept);
		}
		this.block = resized;
		this.layout = newLayout;
	}

	/** Makes a call; if it fails, verifies that it did nothing and makes it again. */
	private MemorySegment attempt(Supplier<MemorySegment> call, Layout wanted) {
		long refusals = this.failing.refusals();
		long deallocations = this.backend.deallocations();
		long liveBytes = this.backend.liveBytes();
		try {
			return call.get();
		}
		catch (AllocationException ex) {
			assertThat(ex.reason()).isEqualTo(Reason.EXHAUSTED);
			assertThat(ex.layout()).isEqualTo(wanted);
			assertThat(this.failing.refusals()).as("refused calls").isGreaterThan(refusals);
			assertThat(this.backend.deallocations()).as("frees by the failed call").isEqualTo(deallocations);
			assertThat(this.backend.liveBytes()).as("bytes taken after the failed call").isEqualTo(liveBytes);
			PATTERN.assertKept(this.block, this.block.byteSize());
			PATTERN.write(this.block);
			this.onFailure.accept(true);
			return call.get();
		}
	}

	/** The calls that need no memory, while none is to be had. */
	static void withoutMemory(Allocator allocator, FailingAlloc failing) {
		Layout layout = Layout.of(50, 64);
		MemorySegment block = allocator.allocate(layout);
		PATTERN.write(block);
		failing.exhausted(true);
		Layout large = Layout.of(1 << 20, 8);
		assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> allocator.allocate(large));
		assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> allocator.allocateZeroed(large));
		assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> allocator.grow(block, layout, large));
		assertThatExceptionOfType(AllocationException.class)
			.isThrownBy(() -> allocator.growZeroed(block, layout, large));
		PATTERN.assertKept(block, 50);
		MemorySegment nothing = allocator.allocate(Layout.of(0, 4));
		nothing = allocator.grow(nothing, Layout.of(0, 4), Layout.of(0, 16));
		allocator.deallocate(nothing, Layout.of(0, 16));
		MemorySegment shrunk = allocator.shrink(block, layout, Layout.of(0, 256));
		assertThat(shrunk.address()).isEqualTo(256);
		allocator.deallocate(shrunk, Layout.of(0, 256));
	}

}
