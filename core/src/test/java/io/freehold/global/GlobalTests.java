package io.freehold.global;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Consumer;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.backend.Backends;
import io.freehold.contract.CheckedAlloc;
import io.freehold.contract.FailingAlloc;
import io.freehold.contract.RecordingAlloc;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The allocator over a backend, row by row of its table of calls.
 */
class GlobalTests {

	private static final Layout SMALL = Layout.of(24, 8);

	private static final Layout LARGE = Layout.of(100, 8);

	private static final Layout REALIGNED = Layout.of(100, 64);

	private final CheckedAlloc checked = new CheckedAlloc(Backends.get("system"));

	private final FailingAlloc failing = new FailingAlloc(this.checked);

	private final RecordingAlloc recorded = new RecordingAlloc(this.failing);

	private final Allocator allocator = Global.over(this.recorded);

	@AfterEach
	void allReturned() {
		this.checked.verifyAllReturned();
	}

	private void assertCalls(String... calls) {
		assertThat(this.recorded.takeCalls()).containsExactly(calls);
	}

	private MemorySegment live(Layout layout) {
		MemorySegment block = this.allocator.allocate(layout).fill((byte) 5);
		this.recorded.takeCalls();
		return block;
	}

	private static void assertFives(MemorySegment block, long length) {
		assertThat(block.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE)).containsOnly(5);
	}

	@Test
	@DisplayName("B01 allocating no bytes calls nothing and cannot fail")
	void allocate_zeroSize_noCall() {
		this.failing.exhausted(true);
		for (MemorySegment block : List.of(this.allocator.allocate(Layout.of(0, 64)),
				this.allocator.allocateZeroed(Layout.of(0, 64)))) {
			assertThat(block.address()).isEqualTo(64);
			assertThat(block.byteSize()).isZero();
		}
		assertCalls();
	}

	@Test
	@DisplayName("B02 allocating calls alloc, zeroed alloc_zeroed; a refusal is an exception")
	void allocate_bytes_oneCall() {
		MemorySegment block = this.allocator.allocate(SMALL);
		assertCalls("alloc(24,8)");
		MemorySegment zeroed = this.allocator.allocateZeroed(LARGE);
		assertCalls("alloc_zeroed(100,8)");
		assertThat(zeroed.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
		this.failing.exhausted(true);
		assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> this.allocator.allocate(SMALL))
			.satisfies((ex) -> {
				assertThat(ex.reason()).isEqualTo(Reason.EXHAUSTED);
				assertThat(ex.layout()).isEqualTo(SMALL);
				assertThat(ex.allocatorName()).isEqualTo("system");
			})
			.withMessage("system: could not allocate 24 bytes aligned to 8 (the backend refused)");
		assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> this.allocator.allocateZeroed(SMALL));
		assertCalls("alloc(24,8)", "alloc_zeroed(24,8)");
		this.allocator.deallocate(block, SMALL);
		this.allocator.deallocate(zeroed, LARGE);
	}

	@Test
	@DisplayName("B03 freeing no bytes calls nothing")
	void deallocate_zeroSize_noCall() {
		this.allocator.deallocate(Layout.of(0, 64).dangling(), Layout.of(0, 64));
		assertCalls();
	}

	@Test
	@DisplayName("B04 freeing calls dealloc with the layout")
	void deallocate_bytes_oneCall() {
		this.allocator.deallocate(live(SMALL), SMALL);
		assertCalls("dealloc(24,8)");
	}

	@Test
	@DisplayName("B05 growing from no bytes allocates anew and frees nothing")
	void grow_fromZeroSize_allocates() {
		Layout nothing = Layout.of(0, 64);
		MemorySegment block = this.allocator.grow(nothing.dangling(), nothing, SMALL);
		assertCalls("alloc(24,8)");
		MemorySegment zeroed = this.allocator.growZeroed(nothing.dangling(), nothing, SMALL);
		assertCalls("alloc_zeroed(24,8)");
		assertThat(zeroed.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
		assertThat(this.allocator.grow(nothing.dangling(), nothing, Layout.of(0, 8)).address()).isEqualTo(8);
		assertThat(this.allocator.growZeroed(nothing.dangling(), nothing, Layout.of(0, 128)).address()).isEqualTo(128);
		assertCalls();
		this.allocator.deallocate(block, SMALL);
		this.allocator.deallocate(zeroed, SMALL);
	}

	@Test
	@DisplayName("B06 growing at the same alignment reallocates, by nothing too")
	void grow_sameAlignment_reallocates() {
		MemorySegment block = this.allocator.grow(live(SMALL), SMALL, SMALL);
		assertCalls("realloc(24,8,->24)");
		block = this.allocator.grow(block, SMALL, LARGE);
		assertCalls("realloc(24,8,->100)");
		assertFives(block, 24);
		this.allocator.deallocate(block, LARGE);
	}

	@Test
	@DisplayName("B07 growing zeroed at the same alignment reallocates and zeroes the rest")
	void growZeroed_sameAlignment_reallocates() {
		MemorySegment block = this.allocator.growZeroed(live(SMALL), SMALL, LARGE);
		assertCalls("realloc(24,8,->100)");
		assertFives(block, 24);
		assertThat(block.asSlice(24).toArray(ValueLayout.JAVA_BYTE)).hasSize(76).containsOnly(0);
		this.allocator.deallocate(block, LARGE);
	}

	@Test
	@DisplayName("B08 growing to another alignment, a smaller one too, allocates, copies and frees")
	void grow_otherAlignment_moves() {
		MemorySegment block = this.allocator.grow(live(SMALL), SMALL, REALIGNED);
		assertCalls("alloc(100,64)", "dealloc(24,8)");
		assertFives(block, 24);
		block.fill((byte) 5);
		block = this.allocator.growZeroed(block, REALIGNED, Layout.of(120, 4));
		assertCalls("alloc_zeroed(120,4)", "dealloc(100,64)");
		assertFives(block, 100);
		assertThat(block.asSlice(100).toArray(ValueLayout.JAVA_BYTE)).hasSize(20).containsOnly(0);
		this.allocator.deallocate(block, Layout.of(120, 4));
	}

	@Test
	@DisplayName("B09 shrinking to no bytes frees and dangles at the new alignment")
	void shrink_toZeroSize_frees() {
		MemorySegment nothing = this.allocator.shrink(live(SMALL), SMALL, Layout.of(0, 256));
		assertCalls("dealloc(24,8)");
		assertThat(nothing.address()).isEqualTo(256);
		assertThat(this.allocator.shrink(nothing, Layout.of(0, 256), Layout.of(0, 2)).address()).isEqualTo(2);
		assertCalls();
	}

	@Test
	@DisplayName("B10 shrinking at the same alignment reallocates, by nothing too")
	void shrink_sameAlignment_reallocates() {
		MemorySegment block = this.allocator.shrink(live(LARGE), LARGE, LARGE);
		assertCalls("realloc(100,8,->100)");
		block = this.allocator.shrink(block, LARGE, SMALL);
		assertCalls("realloc(100,8,->24)");
		assertFives(block, 24);
		this.allocator.deallocate(block, SMALL);
	}

	@Test
	@DisplayName("B11 shrinking to another alignment allocates, copies and frees")
	void shrink_otherAlignment_moves() {
		MemorySegment block = this.allocator.shrink(live(REALIGNED), REALIGNED, SMALL);
		assertCalls("alloc(24,8)", "dealloc(100,64)");
		assertFives(block, 24);
		this.allocator.deallocate(block, SMALL);
	}

	@Test
	@DisplayName("B12 blocks are exactly as long as asked for")
	void allocate_anySize_exactLength() {
		for (long size = 0; size < 200; size++) {
			Layout layout = Layout.of(size, 16);
			MemorySegment block = this.allocator.allocate(layout);
			assertThat(block.byteSize()).isEqualTo(size);
			this.allocator.deallocate(block, layout);
		}
	}

	@Test
	@DisplayName("B13 what stands for no memory has its alignment as address")
	void allocate_zeroSize_addressIsAlignment() {
		for (long alignment = 1; alignment <= 4096; alignment *= 2) {
			assertThat(this.allocator.allocate(Layout.of(0, alignment)).address()).isEqualTo(alignment);
		}
	}

	@Test
	@DisplayName("B14 shrinking to no bytes succeeds when nothing is to be had")
	void shrink_toZeroSizeExhausted_succeeds() {
		MemorySegment block = live(SMALL);
		this.failing.exhausted(true);
		assertThat(this.allocator.shrink(block, SMALL, Layout.of(0, 16)).address()).isEqualTo(16);
		assertCalls("dealloc(24,8)");
	}

	@Test
	@DisplayName("B15 whatever is refused, the old block is kept and nothing is freed")
	void resize_refused_oldBlockKept() {
		MemorySegment block = live(LARGE);
		this.failing.exhausted(true);
		Layout larger = Layout.of(200, 8);
		Layout largerRealigned = Layout.of(200, 4);
		Layout smallerRealigned = Layout.of(50, 4);
		assertRefused(() -> this.allocator.grow(block, LARGE, larger), "realloc(100,8,->200)");
		assertRefused(() -> this.allocator.growZeroed(block, LARGE, larger), "realloc(100,8,->200)");
		assertRefused(() -> this.allocator.grow(block, LARGE, largerRealigned), "alloc(200,4)");
		assertRefused(() -> this.allocator.growZeroed(block, LARGE, largerRealigned), "alloc_zeroed(200,4)");
		assertRefused(() -> this.allocator.shrink(block, LARGE, SMALL), "realloc(100,8,->24)");
		assertRefused(() -> this.allocator.shrink(block, LARGE, smallerRealigned), "alloc(50,4)");
		assertFives(block, 100);
		this.allocator.deallocate(block, LARGE);
	}

	private void assertRefused(Runnable resize, String call) {
		assertThatExceptionOfType(AllocationException.class).isThrownBy(resize::run);
		assertCalls(call);
	}

	@Test
	@DisplayName("B16 the allocator prints as Global and is the same each time")
	void allocator_identity_oneGlobal() {
		assertThat(Global.allocator()).isEqualTo(Global.allocator()).hasToString("Global");
		assertThat(Global.allocator().byRef()).isEqualTo(Global.allocator().byRef()).hasToString("Global");
	}

	@Test
	@DisplayName("B16 allocators over one backend are equal, over two they are not")
	void over_backend_equalByBackend() {
		assertThat(Global.over(this.recorded)).isEqualTo(this.allocator)
			.hasSameHashCodeAs(this.allocator)
			.isNotEqualTo(Global.over(this.failing))
			.isNotEqualTo(Global.allocator())
			.hasToString("system");
	}

	@Test
	@DisplayName("B17 blocks are exchanged between the allocator and the raw functions")
	void rawFunctions_blocks_exchanged() {
		MemorySegment block = Global.allocator().allocateZeroed(SMALL);
		long grown = Global.realloc(block.address(), SMALL, 100);
		assertThat(grown).isNotZero();
		Global.allocator().deallocate(MemorySegment.ofAddress(grown), LARGE);
		long raw = Global.alloc(REALIGNED);
		assertThat(raw % 64).isZero();
		Global.allocator().deallocate(MemorySegment.ofAddress(raw), REALIGNED);
		long zeroed = Global.allocZeroed(SMALL);
		assertThat(zeroed).isNotZero();
		Global.dealloc(zeroed, SMALL);
	}

	@Test
	@DisplayName("C08 heap segments and lengths that contradict a zero size are refused before any call")
	void deallocate_visibleMisuse_refused() {
		MemorySegment heap = MemorySegment.ofArray(new byte[24]);
		MemorySegment block = live(SMALL);
		for (Consumer<Allocator> misuse : List.<Consumer<Allocator>>of(
				(target) -> target.deallocate(heap, Layout.ofBytes(24)),
				(target) -> target.grow(heap, Layout.ofBytes(24), Layout.ofBytes(30)),
				(target) -> target.growZeroed(heap, Layout.ofBytes(24), Layout.ofBytes(30)),
				(target) -> target.shrink(heap, Layout.ofBytes(24), Layout.ofBytes(3)))) {
			assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> misuse.accept(this.allocator))
				.satisfies((ex) -> assertThat(ex.kind()).isEqualTo(MisuseException.Kind.UNKNOWN_BLOCK));
		}
		Layout nothing = Layout.of(0, 8);
		for (Consumer<Allocator> misuse : List.<Consumer<Allocator>>of((target) -> target.deallocate(block, nothing),
				(target) -> target.grow(block, nothing, SMALL), (target) -> target.growZeroed(block, nothing, SMALL),
				(target) -> target.shrink(block, nothing, nothing))) {
			assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> misuse.accept(this.allocator))
				.satisfies((ex) -> assertThat(ex.kind()).isEqualTo(MisuseException.Kind.LAYOUT_MISMATCH));
		}
		assertCalls();
		this.allocator.deallocate(block, SMALL);
	}

}
