package io.freehold.pool;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import io.freehold.managed.ManagedAllocator;
import io.freehold.managed.Heap;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.internal.VirtualMemory;
import io.freehold.pages.BlockWord;
import io.freehold.region.Region;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class OwnerNumbersTests {

	private static final Layout LAYOUT = Layout.of(64, 8);

	@Test
	void numbers_areUsedAgainAfterAllOthers() {
		OwnerNumbers numbers = new OwnerNumbers(5);
		assertThat(numbers.take()).isEqualTo(1);
		assertThat(numbers.take()).isEqualTo(2);
		numbers.give(1);
		assertThat(numbers.take()).isEqualTo(3);
		assertThat(numbers.take()).isEqualTo(4);
		assertThat(numbers.take()).isEqualTo(1);
		assertThatIllegalStateException().isThrownBy(numbers::take).withMessageContaining("4 owners");
		numbers.give(3);
		assertThat(numbers.take()).isEqualTo(3);
		assertThat(numbers.isValid()).isTrue();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> new OwnerNumbers(5).give(1));
	}

	@Test
	void numbers_areNeverThoseOfNoOwner() {
		OwnerNumbers numbers = new OwnerNumbers(BlockWord.OWNER_LIMIT);
		for (int i = 0; i < 1000; i++) {
			assertThat(numbers.take()).isNotEqualTo(BlockWord.NO_OWNER).isNotEqualTo(OwnerNumbers.NONE);
		}
	}

	@Test
	void numbers_areThoseOfASimpleModel() {
		long seed = System.nanoTime();
		System.out.println("OwnerNumbersTests seed " + seed);
		Random random = new Random(seed);
		OwnerNumbers numbers = new OwnerNumbers(3000);
		Set<Long> used = new HashSet<>();
		List<Long> order = new ArrayList<>();
		for (int phase = 0; phase < 8; phase++) {
			int most = (phase % 2 == 0) ? 2900 : 20;
			for (int i = 0; i < 10_000; i++) {
				if (order.isEmpty() || (order.size() < most && random.nextInt(5) < 3)) {
					long number = numbers.take();
					assertThat(number).isBetween(1L, 2999L);
					assertThat(used.add(number)).isTrue();
					order.add(number);
				}
				else {
					int index = random.nextInt(order.size());
					long number = order.set(index, order.getLast());
					order.removeLast();
					used.remove(number);
					numbers.give(number);
				}
			}
			assertThat(numbers.count()).isEqualTo(used.size());
			assertThat(numbers.isValid()).isTrue();
		}
		order.forEach(numbers::give);
		assertThat(numbers.count()).isZero();
		assertThat(numbers.isValid()).isTrue();
	}

	@Test
	void owners_ofClosedAllocators_makeRoomForOthers() {
		PooledAlloc pool = new PooledAlloc(VirtualMemory.ofPlatform(), 16);
		ManagedAllocator root = ManagedAllocator.root(pool, (_) -> {
		});
		int owners = pool.owners();
		ManagedAllocator kept = root.child("kept", (_) -> {
		});
		MemorySegment keptBlock = kept.allocate(LAYOUT);
		for (int i = 0; i < 500; i++) {
			ManagedAllocator child = root.child("child", (_) -> {
			});
			MemorySegment freed = child.allocate(LAYOUT);
			child.deallocate(freed, LAYOUT);
			MemorySegment leaked = child.allocate(LAYOUT);
			Region region = child.openRegion();
			region.allocate(LAYOUT);
			Heap heap = child.openHeap();
			MemorySegment ofHeap = heap.allocate(LAYOUT);
			child.close();
			assertThat(child.isClosed()).isTrue();
			assertClosed(() -> child.deallocate(leaked, LAYOUT));
			assertClosed(() -> child.deallocate(freed, LAYOUT));
			assertClosed(() -> heap.deallocate(ofHeap, LAYOUT));
			assertThat(root.stats().leakedBlocks()).isEqualTo(3L * (i + 1));
		}
		kept.deallocate(keptBlock, LAYOUT);
		kept.close();
		assertThat(pool.owners()).isEqualTo(owners);
		root.close();
		assertThat(pool.owners()).isZero();
		assertThat(pool.liveBytes()).isZero();
		assertThat(pool.isValid()).isTrue();
	}

	private static void assertClosed(Runnable call) {
		assertThatExceptionOfType(MisuseException.class).isThrownBy(call::run)
			.satisfies((ex) -> assertThat(ex.kind()).isEqualTo(MisuseException.Kind.ALLOCATOR_CLOSED));
	}

	@Test
	void staleBlock_ofAClosedAllocator_freesNothingOfAnother() {
		PooledAlloc pool = new PooledAlloc(VirtualMemory.ofPlatform(), 10);
		ManagedAllocator root = ManagedAllocator.root(pool, (_) -> {
		});
		ManagedAllocator old = root.child("old", (_) -> {
		});
		MemorySegment stale = old.allocate(LAYOUT);
		old.close();
		// until one of them has the number of the old one, and the same place
		for (int i = 0; i < 20; i++) {
			ManagedAllocator other = root.child("other", (_) -> {
			});
			MemorySegment block = other.allocate(LAYOUT);
			assertThat(block.address()).isEqualTo(stale.address());
			assertClosed(() -> old.deallocate(stale, LAYOUT));
			other.deallocate(block, LAYOUT);
			other.close();
		}
		root.close();
		assertThat(pool.liveBytes()).isZero();
	}

}
