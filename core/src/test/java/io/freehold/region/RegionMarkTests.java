package io.freehold.region;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

import io.freehold.Layout;
import io.freehold.managed.CheckingAlloc;
import io.freehold.managed.ManagedAllocator;
import io.freehold.managed.Race;
import io.freehold.region.Region.Mark;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class RegionMarkTests {

	private static final Layout LAYOUT = Layout.of(16, 16);

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
	void close_endsWhatWasTakenSinceAndRewinds() {
		MemorySegment before = this.region.allocate(LAYOUT).fill((byte) 1);
		MemorySegment inside;
		try (Mark _ = this.region.mark()) {
			inside = this.region.allocate(LAYOUT);
			this.region.allocate(Layout.ofBytes(5_000));
			this.region.allocate(Layout.ofBytes(400));
			this.region.allocate(Layout.ofBytes(400));
			this.region.allocate(Layout.ofBytes(400));
		}
		assertThatIllegalStateException().isThrownBy(() -> inside.get(ValueLayout.JAVA_BYTE, 0));
		assertThat(before.toArray(ValueLayout.JAVA_BYTE)).containsOnly(1);
		assertThat(this.region.allocate(LAYOUT).address()).isEqualTo(inside.address());
	}

	@Test
	void marks_nest() {
		try (Mark _ = this.region.mark()) {
			MemorySegment outer = this.region.allocate(LAYOUT);
			MemorySegment inner;
			try (Mark _ = this.region.mark()) {
				inner = this.region.allocate(LAYOUT);
			}
			assertThat(inner.scope().isAlive()).isFalse();
			assertThat(outer.scope().isAlive()).isTrue();
		}
	}

	@Test
	void outerMark_endsInnerOnes() {
		Mark outer = this.region.mark();
		Mark inner = this.region.mark();
		MemorySegment block = this.region.allocate(LAYOUT);
		outer.close();
		assertThat(block.scope().isAlive()).isFalse();
		MemorySegment later = this.region.allocate(LAYOUT);
		inner.close();
		outer.close();
		assertThat(later.scope().isAlive()).isTrue();
	}

	@Test
	void reset_endsMarks() {
		Mark mark = this.region.mark();
		this.region.reset();
		MemorySegment later = this.region.allocate(LAYOUT);
		mark.close();
		assertThat(later.scope().isAlive()).isTrue();
		Mark last = this.region.mark();
		this.region.close();
		last.close();
	}

	@Test
	void olderBlock_isNotResizedInPlaceInsideAMark() {
		MemorySegment older = this.region.allocate(LAYOUT).fill((byte) 1);
		try (Mark _ = this.region.mark()) {
			MemorySegment grown = this.region.grow(older, LAYOUT, Layout.of(64, 16));
			assertThat(grown.address()).isNotEqualTo(older.address());
			assertThat(grown.asSlice(0, 16).toArray(ValueLayout.JAVA_BYTE)).containsOnly(1);
		}
		MemorySegment next = this.region.allocate(LAYOUT);
		assertThat(next.address()).isEqualTo(older.address() + 16);
	}

	@Test
	void olderBlock_freedInsideAMark_isNotReused() {
		MemorySegment oldest = this.region.allocate(LAYOUT);
		MemorySegment older = this.region.allocate(LAYOUT);
		try (Mark _ = this.region.mark()) {
			this.region.deallocate(older, LAYOUT);
			this.region.shrink(oldest, LAYOUT, Layout.of(8, 8));
			assertThat(this.region.allocate(LAYOUT).address()).isGreaterThan(older.address());
		}
		assertThat(this.region.allocate(LAYOUT).address()).isGreaterThan(older.address());
	}

	@Test
	void olderOversizedBlock_resizedInsideAMark_isNeitherLostNorFreedTwice() {
		Layout large = Layout.of(5_000, 16);
		MemorySegment shrunk = this.region.allocate(large);
		MemorySegment grown = this.region.allocate(large);
		MemorySegment freed = this.region.allocate(large);
		try (Mark _ = this.region.mark()) {
			this.region.shrink(shrunk, large, Layout.of(100, 16));
			this.region.grow(grown, large, Layout.of(6_000, 16));
			this.region.deallocate(freed, large);
			assertThat(this.root.budget().used()).isEqualTo(11_000);
		}
		assertThat(this.root.budget().used()).isZero();
	}

	@Test
	void arenaOpenedBeforeABlockGrewInPlace_doesNotTakeItsEndWithIt() {
		Layout larger = Layout.of(256, 16);
		MemorySegment block = this.region.allocate(LAYOUT);
		MemorySegment grown;
		try (Arena _ = this.region.asArena()) {
			grown = this.region.grow(block, LAYOUT, larger).fill((byte) 1);
		}
		this.region.allocate(larger).fill((byte) 2);
		assertThat(grown.toArray(ValueLayout.JAVA_BYTE)).containsOnly(1);
	}

	@Test
	void stress_randomMarks_keepOlderBlocksIntact() {
		long seed = Race.seed(this);
		SplittableRandom random = new SplittableRandom(seed);
		for (int round = 0; round < 200; round++) {
			nest(random, 0);
			if (random.nextInt(10) == 0) {
				this.region.reset();
			}
		}
	}

	private void nest(SplittableRandom random, int depth) {
		MemorySegment before = this.region.allocate(Layout.of(random.nextInt(1, 900), 8)).fill((byte) depth);
		try (Mark _ = this.region.mark()) {
			this.region.allocate(Layout.ofBytes(random.nextInt(1, 3_000))).fill((byte) -1);
			while (depth < 6 && random.nextInt(3) != 0) {
				nest(random, depth + 1);
			}
		}
		assertThat(before.toArray(ValueLayout.JAVA_BYTE)).containsOnly(depth);
	}

}
