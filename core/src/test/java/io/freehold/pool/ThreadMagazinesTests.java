package io.freehold.pool;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.freehold.threads.IdleThreads;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What threads keep of what they freed: in proportion to what they use, and only as long
 * as they use it.
 */
class ThreadMagazinesTests {

	private static final long MIB = 1 << 20;

	private static final int THREADS = 20;

	private final CheckedMemory memory = new CheckedMemory();

	private final PooledAlloc pooled = new PooledAlloc(this.memory);

	private final IdleThreads threads = new IdleThreads();

	@AfterEach
	void endThreads() throws InterruptedException {
		this.threads.end();
		assertThat(this.pooled.isValid()).isTrue();
		assertThat(this.pooled.liveBytes()).isZero();
		this.pooled.trim();
		assertThat(this.pooled.committedBytes()).isZero();
		assertThat(this.memory.mappedBytes()).isZero();
	}

	@Test
	@DisplayName("threads that wait lose what they keep, without another call of theirs")
	void tick_threadsWait_everythingGoesBack() throws Exception {
		this.threads.start(THREADS / 2, () -> useEachSize(10));
		assertThat(this.pooled.racks()).isEqualTo(THREADS / 2);
		assertThat(this.pooled.committedBytes()).isGreaterThan(4 * MIB);
		tick();
		assertThat(this.pooled.racks()).isZero();
		assertThat(this.pooled.committedBytes()).isZero();
	}

	@Test
	@DisplayName("a thread whose magazines were taken gets new ones when it comes back")
	void allocate_afterMagazinesWereTaken_works() throws Exception {
		this.threads.startTurns(() -> useEachSize(10));
		for (int i = 0; i < 3; i++) {
			this.threads.turn();
			assertThat(this.pooled.racks()).isEqualTo(1);
			tick();
			assertThat(this.pooled.racks()).isZero();
			assertThat(this.pooled.committedBytes()).isZero();
		}
	}

	@Test
	@DisplayName("a thread in a call of the pool keeps its magazines")
	void tick_calledByOwner_keepsMagazines() {
		useEachSize(1);
		for (int i = 0; i < 4; i++) {
			this.pooled.tick();
		}
		assertThat(this.pooled.racks()).isEqualTo(1);
	}

	@Test
	@DisplayName("a thread that comes late gets magazines at the expense of those that wait")
	void allocate_othersHaveTheWholeAllowance_takesFromThoseThatWait() throws Exception {
		this.pooled.setMaxCached(4 * MIB);
		this.threads.start(THREADS, () -> useEachSize(10));
		int before = this.pooled.racks();
		assertThat(before).as("the allowance is used up").isLessThan(THREADS);
		Thread late = new Thread(this::useUntilThereAreMagazines);
		late.start();
		late.join();
		assertThat(this.pooled.racks()).as("of one at least, and with the one that came").isLessThanOrEqualTo(before);
		assertThat(this.pooled.hasMagazines(late.threadId())).isTrue();
	}

	@Test
	@DisplayName("where nothing may be kept, threads have no magazines at all")
	void allocate_nothingMayBeKept_noMagazines() throws Exception {
		this.pooled.setMaxCached(0);
		this.threads.start(THREADS, () -> useEachSize(10));
		assertThat(this.pooled.racks()).isZero();
		assertThat(this.pooled.cachedBytes()).isZero();
	}

	@Test
	@DisplayName("a lower bound holds for threads that wait too")
	void setMaxCached_lowered_takesFromThoseThatWait() throws Exception {
		this.threads.start(THREADS, () -> useEachSize(10));
		this.pooled.setMaxCached(0);
		this.pooled.tick();
		assertThat(this.pooled.racks()).isZero();
		assertThat(this.pooled.cachedBytes()).isZero();
	}

	@Test
	@DisplayName("a size that was used once costs next to nothing")
	void allocate_eachSizeOnce_keepsLittle() throws Exception {
		this.threads.start(1, () -> useEachSize(1));
		assertThat(this.pooled.allowanceUsed()).isLessThan(MIB);
	}

	@Test
	@DisplayName("a magazine that is used much grows")
	void allocate_muchOfOneSize_magazineGrows() {
		useMany(64, 1000);
		assertThat(this.pooled.allowanceUsed()).isEqualTo(128 * 64);
	}

	@Test
	@DisplayName("a large cache that is emptied in any order leaves no more than the bound")
	void deallocate_atRandom_keepsNoMoreThanTheBound() {
		this.pooled.setMaxCached(16 * MIB);
		long seed = System.nanoTime();
		System.out.println("seed " + seed);
		Random random = new Random(seed);
		List<long[]> blocks = new ArrayList<>();
		for (long bytes = 0; bytes < 192 * MIB;) {
			long size = random.nextLong(512, 32 << 10) >>> random.nextInt(5);
			blocks.add(new long[] { this.pooled.allocate(size, 8), size });
			bytes += size;
		}
		Collections.shuffle(blocks, random);
		blocks.forEach((block) -> this.pooled.deallocate(block[0], block[1], 8));
		assertThat(this.pooled.cachedBytes()).isLessThanOrEqualTo(16 * MIB);
	}

	@Test
	@DisplayName("two ids never have both places in common unless they are the same")
	void places_ofCollidingIds_differ() {
		long id = 77;
		for (long other = id + 4096; other < 4096 * 1000; other += 4096) {
			assertThat(ThreadMagazines.index(other)).isEqualTo(ThreadMagazines.index(id));
			assertThat(ThreadMagazines.otherIndex(other)).isNotEqualTo(ThreadMagazines.index(id));
			assertThat(ThreadMagazines.otherIndex(other)).isBetween(0, 4095);
		}
	}

	/** Often enough to see what is idle, and to see that it still is. */
	private void tick() {
		for (int i = 0; i < 3; i++) {
			this.pooled.tick();
		}
	}

	private void useUntilThereAreMagazines() {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
		while (!this.pooled.hasMagazines(Thread.currentThread().threadId()) && System.nanoTime() < deadline) {
			useEachSize(10);
		}
	}

	private void useEachSize(int count) {
		for (int size = 16; size <= SizeClass.MAX_SIZE; size += Math.max(16, Integer.highestOneBit(size) / 8)) {
			useMany(size, count);
		}
	}

	private void useMany(int size, int count) {
		long[] blocks = new long[count];
		for (int i = 0; i < count; i++) {
			blocks[i] = this.pooled.allocate(size, 8);
		}
		for (long block : blocks) {
			this.pooled.deallocate(block, size, 8);
		}
	}

}
