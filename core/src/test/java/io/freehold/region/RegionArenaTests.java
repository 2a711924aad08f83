package io.freehold.region;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicReference;

import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.managed.BlockedCall;
import io.freehold.managed.CheckingAlloc;
import io.freehold.managed.ManagedAllocator;
import io.freehold.managed.Race;
import io.freehold.region.Region.Mark;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The rules of {@link Arena}, kept by the arenas of a region.
 */
class RegionArenaTests {

	private final CheckingAlloc backend = new CheckingAlloc();

	private final ManagedAllocator root = ManagedAllocator.root(this.backend, (spec) -> spec.regionChunkSize(1024));

	private final Region region = this.root.openRegion();

	@AfterEach
	void everythingIsHome() {
		assertThat(((BumpRegion) this.region).isValid()).isTrue();
		this.region.close();
		assertThat(this.root.budget().used()).isZero();
		this.root.close();
		this.backend.assertAllHome();
	}

	@Test
	void allocate_usedMemory_isZeroedAndOfTheArenasScope() {
		this.region.allocate(Layout.ofBytes(900)).fill((byte) 1);
		this.region.reset();
		try (Arena arena = this.region.asArena()) {
			for (long size : new long[] { 900, 5_000, 1 }) {
				MemorySegment block = arena.allocate(size, 32);
				assertThat(block.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0).hasSize((int) size);
				assertThat(block.address() % 32).isZero();
				assertThat(block.scope()).isEqualTo(arena.scope());
			}
			assertThat(this.region.allocate(Layout.ofBytes(1)).scope()).isNotEqualTo(arena.scope());
		}
	}

	@Test
	void allocate_zeroSize_isAnEmptySegmentOfTheArena() {
		try (Arena arena = this.region.asArena()) {
			MemorySegment block = arena.allocate(0, 64);
			assertThat(block.byteSize()).isZero();
			assertThat(block.address() % 64).isZero();
			assertThat(block.scope()).isEqualTo(arena.scope());
		}
		assertThat(this.backend.calls()).isZero();
	}

	@Test
	void allocate_badSizeOrAlignment_isAnIllegalArgument() {
		try (Arena arena = this.region.asArena()) {
			for (long[] bad : new long[][] { { -1, 1 }, { 1, 0 }, { 1, 3 }, { 1, -8 }, { Long.MIN_VALUE, 1 } }) {
				assertThatIllegalArgumentException().isThrownBy(() -> arena.allocate(bad[0], bad[1]));
			}
		}
	}

	@Test
	void close_endsItsSegmentsAndNoOthers() {
		MemorySegment before = this.region.allocate(Layout.ofBytes(8));
		Arena arena = this.region.asArena();
		MemorySegment inside = arena.allocate(8);
		MemorySegment large = arena.allocate(5_000);
		MemorySegment after = this.region.allocate(Layout.ofBytes(8)).fill((byte) 3);
		arena.close();
		for (MemorySegment ended : new MemorySegment[] { inside, large }) {
			assertThatIllegalStateException().isThrownBy(() -> ended.get(ValueLayout.JAVA_BYTE, 0));
		}
		assertThatIllegalStateException().isThrownBy(() -> arena.allocate(1));
		assertThatIllegalStateException().isThrownBy(() -> arena.allocate(0));
		assertThatIllegalStateException().isThrownBy(arena::close);
		assertThat(arena.scope().isAlive()).isFalse();
		this.region.allocate(Layout.ofBytes(8)).fill((byte) 4);
		assertThat(after.toArray(ValueLayout.JAVA_BYTE)).containsOnly(3);
		assertThat(before.scope().isAlive()).isTrue();
		assertThat(this.root.budget().used()).as("the region's chunk, and the arena's to spare").isEqualTo(1024 + 2048);
	}

	@Test
	void close_nobodyElseHasPlacedABlock_givesTheMemoryBackAtOnce() {
		long start;
		try (Arena arena = this.region.asArena()) {
			start = arena.allocate(100).address();
		}
		try (Arena arena = this.region.asArena()) {
			assertThat(arena.allocate(100).address()).isEqualTo(start);
		}
	}

	@Test
	void regionsResetOrCloseOrAnEnclosingMark_endsTheArena() {
		Arena[] arenas = new Arena[3];
		try (Mark _ = this.region.mark()) {
			arenas[0] = this.region.asArena();
			arenas[0].allocate(8);
		}
		arenas[1] = this.region.asArena();
		arenas[1].allocate(8);
		this.region.reset();
		arenas[2] = this.region.asArena();
		arenas[2].allocate(8);
		this.region.close();
		for (Arena arena : arenas) {
			assertThat(arena.scope().isAlive()).isFalse();
			assertThatIllegalStateException().isThrownBy(() -> arena.allocate(8));
			assertThatIllegalStateException().isThrownBy(arena::close);
		}
	}

	@Test
	void twoArenas_closedInAnyOrder_neverOverlap() {
		Arena one = this.region.asArena();
		MemorySegment first = one.allocate(50).fill((byte) 1);
		Arena other = this.region.asArena();
		MemorySegment second = other.allocate(50).fill((byte) 2);
		one.close();
		MemorySegment third = this.region.allocate(Layout.ofBytes(100)).fill((byte) 3);
		assertThat(first.scope().isAlive()).isFalse();
		assertThat(second.toArray(ValueLayout.JAVA_BYTE)).containsOnly(2);
		other.close();
		this.region.allocate(Layout.ofBytes(100)).fill((byte) 4);
		assertThat(third.toArray(ValueLayout.JAVA_BYTE)).containsOnly(3);
	}

	@Test
	void otherThread_isRefusedByAConfinedArena() {
		Arena arena = this.region.asArena();
		AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
		Race.join(Thread.ofPlatform().start(() -> {
			try {
				assertThatExceptionOfType(WrongThreadException.class).isThrownBy(() -> arena.allocate(8));
				assertThatExceptionOfType(WrongThreadException.class).isThrownBy(arena::close);
			}
			catch (Throwable ex) {
				failure.set(ex);
			}
		}));
		assertThat(failure.get()).isNull();
		arena.close();
	}

	@Test
	void sharedArena_heldByANativeCall_cannotBeClosedOrReset() {
		try (Region shared = this.root.openSharedRegion()) {
			Arena arena = shared.asArena();
			MemorySegment block = arena.allocate(BlockedCall.SIZE);
			BlockedCall call = BlockedCall.holding(block);
			assertThatIllegalStateException().isThrownBy(arena::close);
			assertThatIllegalStateException().isThrownBy(shared::reset);
			assertThat(this.backend.frees()).isZero();
			assertThat(block.get(ValueLayout.JAVA_BYTE, 0)).isZero();
			call.release();
			arena.close();
			assertThat(block.scope().isAlive()).isFalse();
			shared.reset();
		}
	}

	@Test
	void close_inTheOrderOfOpening_leavesBlocksOfTheRegionAlone() {
		MemorySegment kept = this.region.allocate(Layout.ofBytes(800)).fill((byte) 7);
		Arena first = this.region.asArena();
		first.allocate(900, 8);
		Arena second = this.region.asArena();
		second.allocate(900, 8);
		first.close();
		second.close();
		MemorySegment next = this.region.allocate(Layout.ofBytes(900)).fill((byte) 8);
		assertThat(kept.toArray(ValueLayout.JAVA_BYTE)).containsOnly(7);
		assertThat(next.toArray(ValueLayout.JAVA_BYTE)).containsOnly(8);
	}

	@Test
	void allocate_insideAMarkSetLater_outlivesTheMark() {
		try (Arena arena = this.region.asArena()) {
			MemorySegment[] blocks = new MemorySegment[20];
			try (Mark _ = this.region.mark()) {
				for (int i = 0; i < blocks.length; i++) {
					blocks[i] = arena.allocate(200, 8).fill((byte) i);
					this.region.allocate(Layout.ofBytes(200)).fill((byte) -1);
				}
			}
			for (int i = 0; i < blocks.length; i++) {
				this.region.allocate(Layout.ofBytes(200)).fill((byte) -2);
			}
			for (int i = 0; i < blocks.length; i++) {
				assertThat(blocks[i].toArray(ValueLayout.JAVA_BYTE)).containsOnly(i);
			}
		}
	}

	@Test
	void deallocate_ofAnArenasBlockByTheRegion_isRefused() {
		try (Arena arena = this.region.asArena()) {
			MemorySegment block = arena.allocate(100, 8);
			assertThatExceptionOfType(MisuseException.class)
				.isThrownBy(() -> this.region.deallocate(block, Layout.of(100, 8)))
				.satisfies((ex) -> assertThat(ex.kind()).isEqualTo(MisuseException.Kind.UNKNOWN_BLOCK));
		}
	}

	@Test
	void close_givesItsMemoryBack_forTheNextOne() {
		for (int i = 0; i < 100; i++) {
			try (Arena arena = this.region.asArena()) {
				arena.allocate(700, 8);
			}
		}
		assertThat(this.root.stats().allocations()).isEqualTo(1);
	}

}
