package io.freehold.region;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicReference;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.managed.CheckingAlloc;
import io.freehold.managed.ManagedAllocator;
import io.freehold.managed.Race;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What both kinds of regions do, and what each does in its own way.
 */
class RegionTests {

	abstract static class Rules {

		private static final long CHUNK = 1024;

		final CheckingAlloc backend = new CheckingAlloc();

		final ManagedAllocator root = ManagedAllocator.root(this.backend,
				(spec) -> spec.limit(100_000).regionChunkSize(CHUNK));

		final Region region = open(this.root);

		abstract Region open(ManagedAllocator allocator);

		@AfterEach
		void everythingIsHome() {
			assertThat(((BumpRegion) this.region).isValid()).isTrue();
			this.region.close();
			assertThat(((BumpRegion) this.region).isValid()).isTrue();
			assertThat(this.root.budget().used()).isZero();
			assertThat(this.root.stats().openRegions()).isZero();
			this.root.close();
			this.backend.assertAllHome();
		}

		@Test
		void newRegion_ownsNothing() {
			assertThat(this.root.budget().used()).isZero();
			assertThat(this.backend.calls()).isZero();
			assertThat(this.region.allocate(Layout.of(0, 64)).address()).isEqualTo(64);
			assertThat(this.backend.calls()).isZero();
		}

		@Test
		void allocate_blocksFollowEachOtherAlignedAndOfExactSize() {
			long end = 0;
			for (int shift = 0; shift < 8; shift++) {
				Layout layout = Layout.of(3 + shift, 1L << shift);
				MemorySegment block = this.region.allocate(layout);
				assertThat(block.address() % layout.alignment()).isZero();
				assertThat(block.byteSize()).isEqualTo(layout.size());
				if (end != 0) {
					assertThat(block.address()).isBetween(end, end + layout.alignment());
				}
				end = block.address() + block.byteSize();
			}
			assertThat(this.backend.calls()).isEqualTo(1);
		}

		@Test
		void allocateZeroed_usedMemory_isZero() {
			this.region.allocate(Layout.ofBytes(500)).fill((byte) 1);
			this.region.reset();
			assertThat(this.region.allocateZeroed(Layout.ofBytes(500)).toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
		}

		@Test
		void hugeRequest_isAnErrorAndNoWrapAround() {
			this.region.allocate(Layout.ofBytes(1));
			for (Layout huge : new Layout[] { Layout.ofBytes(Long.MAX_VALUE), Layout.of(1L << 50, 4096),
					Layout.of(1, 1L << 62), Layout.of(Long.MAX_VALUE - 64, 64) }) {
				assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> this.region.allocate(huge));
			}
			assertThat(this.root.budget().used()).isEqualTo(CHUNK);
			this.region.allocate(Layout.ofBytes(1));
		}

		@Test
		void reset_startsAgainInTheKeptChunkAndLowersUsed() {
			MemorySegment first = this.region.allocate(Layout.ofBytes(400));
			this.region.allocate(Layout.ofBytes(400));
			this.region.allocate(Layout.ofBytes(400));
			assertThat(this.root.budget().used()).isEqualTo(3 * CHUNK);
			this.region.reset();
			assertThat(this.root.budget().used()).isEqualTo(2 * CHUNK);
			assertThatIllegalStateException().isThrownBy(() -> first.get(ValueLayout.JAVA_BYTE, 0));
			long start = this.region.allocate(Layout.of(400, 64)).address();
			this.region.reset();
			assertThat(this.region.allocate(Layout.of(400, 64)).address()).isEqualTo(start);
		}

		@Test
		void reset_givesOversizedBlocksBack() {
			MemorySegment small = this.region.allocate(Layout.ofBytes(10));
			this.region.allocate(Layout.ofBytes(20_000));
			assertThat(this.root.budget().used()).isEqualTo(CHUNK + 20_000);
			this.region.reset();
			assertThat(this.root.budget().used()).isEqualTo(CHUNK);
			assertThat(small.scope().isAlive()).isFalse();
		}

		@Test
		void reset_steadyState_makesNoBackendCall() {
			for (int load : new int[] { 100, 1000, 30_000 }) {
				try (Region warm = open(this.root)) {
					for (int cycle = 0; cycle < 10; cycle++) {
						use(warm, load);
					}
					int calls = this.backend.calls();
					for (int cycle = 0; cycle < 10; cycle++) {
						use(warm, load);
					}
					assertThat(this.backend.calls()).isEqualTo(calls);
				}
			}
		}

		private static void use(Region region, int bytes) {
			for (int used = 0; used < bytes; used += 50) {
				region.allocate(Layout.of(50, 1));
			}
			region.reset();
		}

		@Test
		void reset_singleBlockThatFitsTheFirstChunk_makesNoBackendCall() {
			this.region.allocate(Layout.of(CHUNK - 100, 8));
			this.region.reset();
			int calls = this.backend.calls();
			this.region.allocate(Layout.of(CHUNK - 100, 8));
			this.region.reset();
			assertThat(this.backend.calls()).isEqualTo(calls);
		}

		@Test
		void lastBlock_growsShrinksAndIsReclaimedInPlace() {
			Layout small = Layout.of(16, 16);
			Layout large = Layout.of(64, 16);
			MemorySegment block = this.region.allocate(small).fill((byte) 3);
			MemorySegment grown = this.region.growZeroed(block, small, large);
			assertThat(grown.address()).isEqualTo(block.address());
			assertThat(grown.get(ValueLayout.JAVA_BYTE, 15)).isEqualTo((byte) 3);
			assertThat(grown.asSlice(16).toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
			MemorySegment shrunk = this.region.shrink(grown, large, small);
			assertThat(shrunk.address()).isEqualTo(block.address());
			assertThat(this.region.allocate(small).address()).isEqualTo(block.address() + 16);
			MemorySegment last = this.region.allocate(large);
			this.region.deallocate(last, large);
			assertThat(this.region.allocate(large).address()).isEqualTo(last.address());
			assertThat(this.backend.calls()).isEqualTo(1);
		}

		@Test
		void otherBlock_growsByMoving() {
			Layout small = Layout.of(16, 16);
			MemorySegment block = this.region.allocate(small).fill((byte) 3);
			MemorySegment next = this.region.allocate(small).fill((byte) 4);
			MemorySegment grown = this.region.grow(block, small, Layout.of(64, 16));
			assertThat(grown.address()).isNotEqualTo(block.address());
			assertThat(grown.asSlice(0, 16).toArray(ValueLayout.JAVA_BYTE)).containsOnly(3);
			MemorySegment aligned = this.region.grow(next, small, Layout.of(16, 256));
			assertThat(aligned.address() % 256).isZero();
			assertThat(aligned.toArray(ValueLayout.JAVA_BYTE)).containsOnly(4);
		}

		@Test
		void oversizedBlock_growsShrinksAndIsFreedAtOnce() {
			Layout large = Layout.of(5_000, 128);
			MemorySegment block = this.region.allocate(large).fill((byte) 3);
			MemorySegment grown = this.region.grow(block, large, Layout.of(9_000, 128));
			assertThat(this.root.budget().used()).isEqualTo(9_000);
			MemorySegment shrunk = this.region.shrink(grown, Layout.of(9_000, 128), Layout.of(10, 8));
			assertThat(shrunk.toArray(ValueLayout.JAVA_BYTE)).containsOnly(3);
			assertThatExceptionOfType(MisuseException.class)
				.isThrownBy(() -> this.region.deallocate(shrunk, Layout.of(9_000, 128)));
			this.region.deallocate(shrunk, Layout.of(10, 8));
			assertThat(this.root.budget().used()).isZero();
			misuse(Kind.DOUBLE_FREE, () -> this.region.deallocate(shrunk, Layout.of(10, 8)));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> this.region.shrink(shrunk, Layout.of(10, 8), Layout.of(11, 8)));
		}

		@Test
		void misuse_thatARegionSees_isRefused() {
			Layout layout = Layout.of(16, 16);
			MemorySegment kept = this.region.allocate(layout);
			MemorySegment freed = this.region.allocate(layout);
			this.region.deallocate(freed, layout);
			misuse(Kind.DOUBLE_FREE, () -> this.region.deallocate(freed, layout));
			misuse(Kind.USE_AFTER_FREE, () -> this.region.grow(freed, layout, Layout.of(32, 16)));
			misuse(Kind.USE_AFTER_FREE, () -> this.region.shrink(freed, layout, Layout.of(8, 16)));
			misuse(Kind.USE_AFTER_FREE, () -> this.region.shrink(freed, layout, Layout.of(0, 16)));
			misuse(Kind.LAYOUT_MISMATCH, () -> this.region.deallocate(kept, Layout.of(0, 16)));
			misuse(Kind.LAYOUT_MISMATCH, () -> this.region.deallocate(kept, Layout.of(17, 16)));
			misuse(Kind.UNKNOWN_BLOCK, () -> this.region.deallocate(MemorySegment.ofArray(new byte[16]), layout));
			MemorySegment outside = this.root.allocate(layout);
			misuse(Kind.UNKNOWN_BLOCK, () -> this.region.deallocate(outside, layout));
			this.region.reset();
			misuse(Kind.DOUBLE_FREE, () -> this.region.deallocate(kept, layout));
			this.root.deallocate(outside, layout);
		}

		@Test
		void limit_survivesResetAndHalvesChunks() {
			this.root.budget().setLimit(700);
			this.region.allocate(Layout.ofBytes(1));
			assertThat(this.root.budget().used()).isEqualTo(512);
			this.region.reset();
			assertLimit(() -> this.region.allocate(Layout.ofBytes(701)));
			// the empty chunk makes way
			this.region.allocate(Layout.ofBytes(600));
			assertLimit(() -> this.region.allocate(Layout.ofBytes(200)));
			assertThat(this.root.budget().used()).isEqualTo(600);
			this.root.budget().setLimit(10_000);
			this.region.allocate(Layout.ofBytes(200));
		}

		@Test
		void limit_exactlyTheBlock_isEnough() {
			for (Layout layout : new Layout[] { Layout.of(1, 1), Layout.of(100, 8), Layout.of(256, 64),
					Layout.of(64, 512), Layout.of(5000, 32) }) {
				this.root.budget().setLimit(layout.size());
				try (Region tight = open(this.root)) {
					tight.allocate(layout).fill((byte) 1);
					assertThat(this.root.budget().used()).isEqualTo(layout.size());
				}
				this.root.budget().setLimit(layout.size() - 1);
				try (Region tooTight = open(this.root)) {
					assertLimit(() -> tooTight.allocate(layout));
				}
			}
		}

		@Test
		void limitPerRegion_isEachRegionsOwn() {
			ManagedAllocator limited = this.root.child("limited", (spec) -> spec.limitPerRegion(2_000));
			try (Region one = open(limited); Region other = open(limited)) {
				one.allocate(Layout.ofBytes(1_900));
				assertThatExceptionOfType(AllocationException.class)
					.isThrownBy(() -> one.allocate(Layout.ofBytes(1_900)))
					.withMessageContaining("root/limited region: limit 2000, used 1900, asked 1900 <- does not fit");
				other.allocate(Layout.ofBytes(1_900));
				one.reset();
				one.allocate(Layout.ofBytes(1_900));
			}
		}

		@Test
		void limitPerRegion_closedRegions_areInNobodysWay() {
			this.root.budget().setLimit(4_000);
			ManagedAllocator limited = this.root.child("limited", (spec) -> spec.limitPerRegion(3_000));
			for (int i = 0; i < 10; i++) {
				try (Region region = open(limited)) {
					region.allocate(Layout.ofBytes(2_900));
				}
				assertThat(limited.budget().used()).isZero();
			}
			this.region.allocate(Layout.ofBytes(4_000));
			this.region.reset();
			try (Region region = open(limited)) {
				region.allocate(Layout.ofBytes(2_000));
				this.region.allocate(Layout.ofBytes(1_900));
				// room below the region's limit, but not above it
				assertThatExceptionOfType(AllocationException.class)
					.isThrownBy(() -> region.allocate(Layout.ofBytes(900)))
					.withMessageContaining("root/limited region: limit 3000, used 2048, asked 900; ")
					.withMessageContaining("root: limit 4000, used 3948, asked 900 <- does not fit");
			}
			assertThat(limited.stats().regionsOpened()).isEqualTo(11);
			assertThat(limited.stats().regionsClosed()).isEqualTo(11);
		}

		@Test
		void limitPerRegion_moreThanThereAreAddresses_isUnsupported() {
			ManagedAllocator limited = this.root.child("limited", (spec) -> spec.limitPerRegion(2_000));
			try (Region region = open(limited)) {
				assertThatExceptionOfType(AllocationException.class)
					.isThrownBy(() -> region.allocate(Layout.ofBytes(1L << 47)))
					.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.UNSUPPORTED_LAYOUT));
			}
		}

		@Test
		void refusal_leavesTheRegionUsable() {
			Layout layout = Layout.of(16, 16);
			MemorySegment block = this.region.allocate(layout).fill((byte) 9);
			int failures = 0;
			for (int i = 0; i < 500; i++) {
				try {
					this.region.allocate(Layout.ofBytes(1_000));
				}
				catch (AllocationException ex) {
					failures++;
				}
			}
			assertThat(failures).isPositive();
			assertThat(this.root.budget().used()).isLessThanOrEqualTo(100_000);
			assertThatExceptionOfType(AllocationException.class)
				.isThrownBy(() -> this.region.grow(block, layout, Layout.ofBytes(200_000)));
			assertThat(block.toArray(ValueLayout.JAVA_BYTE)).containsOnly(9);
			this.region.reset();
			this.region.allocate(Layout.ofBytes(1_000));
		}

		@Test
		void backendRefusal_atAnyCall_leavesTheRegionUsable() {
			this.root.budget().setLimit(10_000_000);
			for (int n = 1; n <= 30; n++) {
				this.backend.refuse(n);
				for (int i = 0; i < 40; i++) {
					Layout layout = Layout.ofBytes(1 + (i * 97L) % 3_000);
					try {
						this.region.grow(this.region.allocate(layout), layout, Layout.ofBytes(layout.size() * 2));
					}
					catch (AllocationException ex) {
						assertThat(ex.reason()).isEqualTo(Reason.EXHAUSTED);
					}
					assertThat(((BumpRegion) this.region).isValid()).isTrue();
				}
				this.backend.refuse(0);
				this.region.reset();
				this.backend.assertSound();
			}
		}

		@Test
		void close_endsEverythingAndRefusesWhatFollows() {
			MemorySegment block = this.region.allocate(Layout.ofBytes(10));
			this.region.close();
			assertThat(block.scope().isAlive()).isFalse();
			for (ThrowingCallable call : new ThrowingCallable[] { () -> this.region.allocate(Layout.ofBytes(1)),
					this.region::mark, this.region::asArena, this.region::reset }) {
				assertThatExceptionOfType(AllocationException.class).isThrownBy(call)
					.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.CLOSED));
			}
			this.region.close();
			assertThat(this.root.stats().regionsClosed()).isEqualTo(1);
		}

		static void misuse(Kind kind, ThrowingCallable call) {
			assertThatExceptionOfType(MisuseException.class).isThrownBy(call)
				.satisfies((ex) -> assertThat(ex.kind()).isEqualTo(kind));
		}

		private static void assertLimit(ThrowingCallable call) {
			assertThatExceptionOfType(AllocationException.class).isThrownBy(call)
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.LIMIT_EXCEEDED));
		}

	}

	@Nested
	class Confined extends Rules {

		@Override
		Region open(ManagedAllocator allocator) {
			return allocator.openRegion();
		}

		@Test
		void otherThread_isRefusedEverything() {
			MemorySegment block = this.region.allocate(Layout.ofBytes(8));
			ThrowingCallable[] calls = { () -> this.region.allocate(Layout.ofBytes(1)),
					() -> this.region.allocateZeroed(Layout.ofBytes(1)),
					() -> this.region.deallocate(block, Layout.ofBytes(8)),
					() -> this.region.grow(block, Layout.ofBytes(8), Layout.ofBytes(9)),
					() -> this.region.shrink(block, Layout.ofBytes(8), Layout.ofBytes(7)), this.region::reset,
					this.region::mark, this.region::asArena, this.region::close,
					() -> block.get(ValueLayout.JAVA_BYTE, 0) };
			AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
			Race.join(Thread.ofPlatform().start(() -> {
				try {
					for (ThrowingCallable call : calls) {
						assertThatExceptionOfType(WrongThreadException.class).isThrownBy(call);
					}
				}
				catch (Throwable ex) {
					failure.set(ex);
				}
			}));
			assertThat(failure.get()).isNull();
			block.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
		}

	}

	@Nested
	class Shared extends Rules {

		@Override
		Region open(ManagedAllocator allocator) {
			return allocator.openSharedRegion();
		}

		@Test
		void manyThreads_getBlocksOfTheirOwn() {
			this.root.budget().setLimit(10_000_000);
			Race.run(8, (thread) -> {
				MemorySegment[] blocks = new MemorySegment[300];
				for (int i = 0; i < blocks.length; i++) {
					blocks[i] = this.region.allocate(Layout.of(1 + i % 90, 1)).fill((byte) thread);
				}
				for (MemorySegment block : blocks) {
					assertThat(block.toArray(ValueLayout.JAVA_BYTE)).containsOnly(thread);
				}
			});
		}

	}

}
