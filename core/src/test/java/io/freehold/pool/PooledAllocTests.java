package io.freehold.pool;

import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.freehold.MisuseException;
import io.freehold.internal.Memory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What the pooled allocator does with memory: how much it holds, when it lets go, and
 * what happens when there is no more.
 */
class PooledAllocTests {

	private static final long MIB = 1 << 20;

	private final CheckedMemory memory = new CheckedMemory();

	private final PooledAlloc pooled = new PooledAlloc(this.memory);

	@AfterEach
	void everythingIsGivenBack() {
		this.memory.refuse(0);
		assertThat(this.pooled.isValid()).isTrue();
		assertThat(this.pooled.liveBytes()).isZero();
		this.pooled.trim();
		assertThat(this.pooled.committedBytes()).isZero();
		assertThat(this.pooled.cachedBytes()).isZero();
		assertThat(this.pooled.reservedBytes()).isZero();
		assertThat(this.memory.mappedBytes()).isZero();
	}

	@Test
	@DisplayName("a new allocator holds nothing")
	void create_holdsNothing() {
		assertThat(this.pooled.reservedBytes()).isZero();
		assertThat(this.pooled.committedBytes()).isZero();
	}

	@Test
	@DisplayName("live, cached, committed and reserved bytes are exact")
	void usage_isExact() {
		long small = this.pooled.allocate(100, 8);
		assertThat(this.pooled.liveBytes()).isEqualTo(112);
		long large = this.pooled.allocate(100_000, 8);
		assertThat(this.pooled.liveBytes()).isEqualTo(112 + 25 * 4096);
		long huge = this.pooled.allocate(100 * MIB + 1, 8);
		assertThat(this.pooled.liveBytes()).isEqualTo(112 + 25 * 4096 + 100 * MIB + 4096);
		assertThat(this.pooled.committedBytes()).isEqualTo(65536 + 25 * 4096 + 100 * MIB + 4096);
		assertThat(this.pooled.reservedBytes()).isEqualTo(this.memory.mappedBytes())
			.isEqualTo(32 * MIB + 100 * MIB + 4096);
		assertThat(this.pooled.cachedBytes()).isEqualTo(65536 - 112);
		this.pooled.deallocate(huge, 100 * MIB + 1, 8);
		assertThat(this.pooled.committedBytes()).isEqualTo(65536 + 25 * 4096);
		this.pooled.deallocate(large, 100_000, 8);
		this.pooled.deallocate(small, 100, 8);
		assertThat(this.pooled.liveBytes()).isZero();
		assertThat(this.pooled.cachedBytes()).isEqualTo(this.pooled.committedBytes());
	}

	@Test
	@DisplayName("what is freed is kept from one tick to the next and then goes home, with no call of anybody")
	void tick_twice_givesBackWhatIsIdle() {
		List<Long> blocks = new ArrayList<>();
		for (int i = 0; i < 20_000; i++) {
			blocks.add(this.pooled.allocate(1024, 8));
		}
		blocks.forEach((block) -> this.pooled.deallocate(block, 1024, 8));
		this.pooled.tick();
		this.pooled.tick();
		this.pooled.tick();
		// what is left is in the magazine of this thread, which lives
		assertThat(this.pooled.committedBytes()).isLessThan(MIB);
	}

	@Test
	@DisplayName("free memory is kept up to a bound, and what passes it goes home at once")
	void deallocate_beyondBound_goesHomeAtOnce() {
		this.pooled.setMaxCached(8 * MIB);
		List<Long> blocks = new ArrayList<>();
		for (int i = 0; i < 64 * 1024; i++) {
			blocks.add(this.pooled.allocate(1024, 8));
		}
		assertThat(this.pooled.committedBytes()).isGreaterThanOrEqualTo(64 * MIB);
		blocks.forEach((block) -> this.pooled.deallocate(block, 1024, 8));
		assertThat(this.pooled.committedBytes()).isLessThanOrEqualTo(8 * MIB + 2 * 65536);
	}

	@Test
	@DisplayName("pages of one size class are used for others")
	void slabs_areRecycledAcrossClasses() {
		for (long size = 16; size <= 32768; size *= 2) {
			List<Long> blocks = new ArrayList<>();
			for (long bytes = 0; bytes < 4 * MIB; bytes += size) {
				blocks.add(this.pooled.allocate(size, 8));
			}
			for (long block : blocks) {
				this.pooled.deallocate(block, size, 8);
			}
		}
		assertThat(this.pooled.reservedBytes()).isEqualTo(32 * MIB);
	}

	@Test
	@DisplayName("zeroed memory is not written if it is known to be zero")
	void allocateZeroed_freshMemory_notTouched() {
		long huge = this.pooled.allocateZeroed(1L << 33, 8);
		assertThat(huge).as("8 GiB, which would be felt if they were written").isNotZero();
		this.pooled.deallocate(huge, 1L << 33, 8);
	}

	@Test
	@DisplayName("zeroed memory is zero, of whatever size and wherever it comes from")
	void allocateZeroed_reusedMemory_zero() {
		for (int round = 0; round < 3; round++) {
			for (long size : new long[] { 1, 16, 100, 5000, 32768, 40_000, MIB, 8 * MIB, 9 * MIB }) {
				List<Long> blocks = new ArrayList<>();
				for (int i = 0; i < 10; i++) {
					long block = this.pooled.allocateZeroed(size, 8);
					assertThat(Memory.segment(block, size).asByteBuffer().mismatch(ByteBuffer.allocate((int) size)))
						.as("size %d", size)
						.isNegative();
					Memory.segment(block, size).fill((byte) 0xa5);
					blocks.add(block);
				}
				blocks.forEach((block) -> this.pooled.deallocate(block, size, 8));
			}
			this.pooled.tick();
		}
	}

	@Test
	@DisplayName("blocks grow and shrink in place within their slack")
	void reallocate_withinSlack_inPlace() {
		long small = this.pooled.allocate(1000, 8);
		assertThat(this.pooled.reallocate(small, 1000, 8, 1024)).isEqualTo(small);
		assertThat(this.pooled.reallocate(small, 1024, 8, 600)).isEqualTo(small);
		this.pooled.deallocate(small, 600, 8);
		long large = this.pooled.allocate(100_000, 8);
		long grown = this.pooled.reallocate(large, 100_000, 8, 900_000);
		assertThat(grown).as("the pages behind it are free").isEqualTo(large);
		assertThat(this.pooled.reallocate(grown, 900_000, 8, 40_000)).isEqualTo(large);
		assertThat(this.pooled.liveBytes()).isEqualTo(10 * 4096);
		this.pooled.deallocate(large, 40_000, 8);
	}

	@Test
	@DisplayName("huge blocks are resized without being copied")
	void reallocate_huge_keepsContent() {
		long huge = this.pooled.allocate(64 * MIB, 8);
		Memory.segment(huge, 64 * MIB).fill((byte) 7);
		huge = this.pooled.reallocate(huge, 64 * MIB, 8, 1L << 34);
		assertThat(huge).as("16 GiB, of which 64 MiB are there").isNotZero();
		assertThat(Memory.segment(huge + 64 * MIB - 1, 1).get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 7);
		huge = this.pooled.reallocate(huge, 1L << 34, 8, 33 * MIB);
		assertThat(this.pooled.liveBytes()).isEqualTo(33 * MIB);
		this.pooled.deallocate(huge, 33 * MIB, 8);
	}

	@Test
	@DisplayName("whichever call is refused, nothing is lost and everything works again")
	void allocate_nthCallRefused_nothingLost() {
		long calls = Long.MAX_VALUE;
		for (long n = 1; n <= calls; n++) {
			PooledAlloc fresh = new PooledAlloc(this.memory);
			this.memory.refuse(n);
			List<long[]> blocks = allocateAll(fresh);
			freeAll(fresh, blocks);
			fresh.trim();
			calls = this.memory.calls();
			this.memory.refuse(0);
			blocks = allocateAll(fresh);
			assertThat(blocks).as("after refusal of call %d", n).hasSize(SIZES.length);
			freeAll(fresh, blocks);
			fresh.trim();
			assertThat(fresh.isValid()).isTrue();
			assertThat(fresh.reservedBytes()).isZero();
			assertThat(this.memory.mappedBytes()).isZero();
		}
		assertThat(calls).isGreaterThan(5);
	}

	@Test
	@DisplayName("as long as all calls are refused the answer is 0, and afterwards memory again")
	void allocate_allCallsRefused_zero() {
		for (long n = 1; n < 8; n++) {
			PooledAlloc fresh = new PooledAlloc(this.memory);
			this.memory.refuseFrom(n);
			List<long[]> blocks = allocateAll(fresh);
			assertThat(blocks.size()).isLessThan(SIZES.length);
			freeAll(fresh, blocks);
			this.memory.refuse(0);
			blocks = allocateAll(fresh);
			assertThat(blocks).hasSize(SIZES.length);
			freeAll(fresh, blocks);
			fresh.trim();
			assertThat(fresh.isValid()).isTrue();
			assertThat(fresh.reservedBytes()).isZero();
		}
	}

	private static final long[] SIZES = { 16, 1000, 30_000, 100_000, 8 * MIB, 9 * MIB, 8 * MIB, 8 * MIB, 8 * MIB,
			8 * MIB, 64 * MIB };

	private static List<long[]> allocateAll(PooledAlloc pooled) {
		List<long[]> blocks = new ArrayList<>();
		for (long size : SIZES) {
			long block = pooled.allocateZeroed(size, 8);
			if (block != 0) {
				long resized = pooled.reallocate(block, size, 8, size + size / 2);
				blocks.add((resized != 0) ? new long[] { resized, size + size / 2 } : new long[] { block, size });
			}
		}
		return blocks;
	}

	private static void freeAll(PooledAlloc pooled, List<long[]> blocks) {
		blocks.forEach((block) -> pooled.deallocate(block[0], block[1], 8));
	}

	@Test
	@DisplayName("memory that is all taken is refused, and given again after something was freed")
	void allocate_exhausted_zeroUntilFreed() {
		List<Long> blocks = new ArrayList<>();
		blocks.add(this.pooled.allocate(1024, 8));
		this.memory.refuseFrom(1);
		for (long block = this.pooled.allocate(1024, 8); block != 0; block = this.pooled.allocate(1024, 8)) {
			blocks.add(block);
		}
		assertThat(blocks).hasSize((int) (32 * MIB / 1024));
		assertThat(this.pooled.allocate(40_000, 8)).isZero();
		assertThat(this.pooled.allocate(16, 8)).isZero();
		// in the order in which they were taken: the first fill whole slabs
		for (int i = 0; i < 1024; i++) {
			this.pooled.deallocate(blocks.removeFirst(), 1024, 8);
		}
		long other = this.pooled.allocate(40_000, 8);
		assertThat(other).isNotZero();
		this.pooled.deallocate(other, 40_000, 8);
		blocks.forEach((block) -> this.pooled.deallocate(block, 1024, 8));
	}

	@Test
	@DisplayName("a thread that ends leaves its free blocks to the others")
	void thread_ends_givesBack() throws Exception {
		for (int i = 0; i < 50; i++) {
			Thread thread = new Thread(() -> {
				long[] blocks = new long[1000];
				for (int k = 0; k < blocks.length; k++) {
					blocks[k] = this.pooled.allocate(64, 8);
				}
				for (long block : blocks) {
					this.pooled.deallocate(block, 64, 8);
				}
			});
			thread.start();
			thread.join();
		}
		assertThat(this.pooled.liveBytes()).isZero();
		assertThat(this.pooled.committedBytes()).isLessThanOrEqualTo(3 * 65536);
		assertThat(this.pooled.racks()).isLessThanOrEqualTo(3);
		this.pooled.tick();
		assertThat(this.pooled.racks()).isLessThanOrEqualTo(1);
	}

	@Test
	@DisplayName("many virtual threads leave the footprint of one")
	@SuppressWarnings("ThreadPriorityCheck") // yields to be unmounted
	void virtualThreads_leaveNothing() throws Exception {
		AtomicLong failures = new AtomicLong();
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < 10_000; i++) {
			threads.add(Thread.startVirtualThread(() -> {
				long block = this.pooled.allocate(64, 8);
				Thread.yield();
				this.pooled.deallocate(block, 64, 8);
				failures.addAndGet((block == 0) ? 1 : 0);
			}));
		}
		for (Thread thread : threads) {
			thread.join();
		}
		assertThat(failures).hasValue(0);
		assertThat(this.pooled.liveBytes()).isZero();
		assertThat(this.pooled.racks()).isZero();
		this.pooled.tick();
		this.pooled.tick();
		this.pooled.tick();
		assertThat(this.pooled.committedBytes()).isZero();
	}

	@Test
	@DisplayName("settings that make no sense are refused with the value")
	void settings_negative_refused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.pooled.setMaxCached(-1)).withMessageContaining("-1");
		assertThatIllegalArgumentException().isThrownBy(() -> this.pooled.setPurgeDelay(Duration.ofSeconds(-1)))
			.withMessageContaining("PT-1S");
	}

	@Test
	@DisplayName("a block that cannot be unmapped is unmapped later")
	void deallocate_unmapRefused_unmappedLater() {
		long huge = this.pooled.allocate(64 * MIB, 8);
		this.memory.refuse(1);
		this.pooled.deallocate(huge, 64 * MIB, 8);
		assertThat(this.pooled.liveBytes()).isZero();
		assertThat(this.pooled.committedBytes()).isEqualTo(64 * MIB);
		assertThat(this.pooled.isValid()).isTrue();
		this.pooled.tick();
		assertThat(this.pooled.committedBytes()).isZero();
	}

	@Test
	@DisplayName("a block stays where a block of its new size would go")
	void reallocate_samePlace_inPlace() {
		long aligned = this.pooled.allocate(8, 4096);
		assertThat(this.pooled.reallocate(aligned, 8, 4096, 16)).isEqualTo(aligned);
		this.pooled.deallocate(aligned, 16, 4096);
		long tiny = this.pooled.allocate(16, 8);
		assertThat(this.pooled.reallocate(tiny, 16, 8, 1)).isEqualTo(tiny);
		this.pooled.deallocate(tiny, 1, 8);
	}

	@Test
	@DisplayName("no alignment but the right one passes for it, not even a senseless one")
	void deallocate_senselessAlignment_refused() {
		long block = this.pooled.allocate(100, 8);
		for (long alignment : new long[] { 24, 0, -8, 16, Long.MIN_VALUE }) {
			assertThatExceptionOfType(MisuseException.class)
				.isThrownBy(() -> this.pooled.deallocate(block, 100, alignment));
		}
		this.pooled.deallocate(block, 100, 8);
		for (long alignment : new long[] { 24, 0, -8, Long.MIN_VALUE }) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.pooled.allocate(100, alignment));
		}
	}

	@Test
	@DisplayName("what virtual threads left in magazines goes home though others are busy")
	void tick_stripesBusyWithOneSize_theOthersGoHome() throws Exception {
		for (int i = 0; i < 64; i++) {
			Thread.startVirtualThread(() -> {
				for (int size = 16; size <= SizeClass.MAX_SIZE; size += size / 4) {
					this.pooled.deallocate(this.pooled.allocate(size, 8), size, 8);
				}
			}).join();
		}
		assertThat(this.pooled.committedBytes()).isGreaterThan(2 * MIB);
		for (int tick = 0; tick < 4; tick++) {
			Thread.startVirtualThread(() -> {
				long[] blocks = new long[40];
				for (int i = 0; i < blocks.length; i++) {
					blocks[i] = this.pooled.allocate(64, 8);
				}
				for (long block : blocks) {
					this.pooled.deallocate(block, 64, 8);
				}
			}).join();
			this.pooled.tick();
		}
		assertThat(this.pooled.committedBytes()).isLessThanOrEqualTo(4 * 65536);
	}

	@Test
	@DisplayName("a bound that is lowered holds from then on")
	void setMaxCached_lowered_holds() {
		for (int size = 16; size <= SizeClass.MAX_SIZE; size += size / 4) {
			this.pooled.deallocate(this.pooled.allocate(size, 8), size, 8);
		}
		assertThat(this.pooled.cachedBytes()).isGreaterThan(MIB);
		this.pooled.setMaxCached(0);
		assertThat(this.pooled.cachedBytes()).isZero();
		long block = this.pooled.allocate(64, 8);
		assertThat(this.pooled.cachedBytes()).isEqualTo(65536 - 64);
		this.pooled.deallocate(block, 64, 8);
		assertThat(this.pooled.cachedBytes()).isZero();
	}

	@Test
	@DisplayName("what cannot be had at all costs nobody his cache")
	void allocate_hopeless_sparesCaches() {
		long block = this.pooled.allocate(8 * MIB, 8);
		this.pooled.deallocate(block, 8 * MIB, 8);
		assertThat(this.pooled.cachedBytes()).isEqualTo(8 * MIB);
		assertThat(this.pooled.allocate(1L << 46, 8)).isZero();
		assertThat(this.pooled.cachedBytes()).isEqualTo(8 * MIB);
	}

}
