package io.freehold.child;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.backend.Backends;
import io.freehold.global.Global;
import io.freehold.internal.Memory;
import io.freehold.managed.Heap;
import io.freehold.managed.ManagedAllocator;
import io.freehold.managed.Race;
import io.freehold.pool.PooledAlloc;
import io.freehold.region.Region;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Programs that use the pooled backend where native access is denied. Each says when it
 * is through with all it does.
 */
public final class DeniedPrograms {

	/** Of slabs, of runs of pages, and of mappings of their own. */
	private static final long[] SIZES = { 1, 16, 100, 4096, 40_000, 300_000, 3 << 20, 9 << 20 };

	private static final long[] ALIGNMENTS = { 1, 64, 4096, 1 << 16, 8 << 20 };

	private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[32 << 20]);

	private static final MemorySegment NOISE = noise();

	private DeniedPrograms() {
	}

	/** Uses the backend through an allocator that does no accounting. */
	public static final class ThroughGlobal {

		private ThroughGlobal() {
		}

		public static void main(String[] arguments) {
			PooledAlloc pooled = pooled();
			Allocator allocator = Global.over(pooled);
			useAll(allocator);
			MemorySegment block = allocator.allocate(Layout.ofBytes(100));
			allocator.deallocate(block, Layout.ofBytes(100));
			assertThatExceptionOfType(MisuseException.class)
				.isThrownBy(() -> allocator.deallocate(block, Layout.ofBytes(100)));
			for (Layout tooLarge : List.of(Layout.ofBytes(1L << 46), Layout.ofBytes(Long.MAX_VALUE),
					Layout.of(1, 1L << 46), Layout.of(1, 1L << 62))) {
				assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> allocator.allocate(tooLarge));
			}
			expectNothing(pooled);
		}

	}

	/** Uses the backend through managed allocators. */
	public static final class ThroughManaged {

		private ThroughManaged() {
		}

		public static void main(String[] arguments) {
			PooledAlloc pooled = pooled();
			ManagedAllocator root = ManagedAllocator.root(pooled, (spec) -> spec.limit(1 << 30));
			useAll(root);
			ManagedAllocator child = root.child("child", (spec) -> spec.limit(64 << 20).expectLiveAtClose());
			useAll(child);
			assertThat(root.budget().used()).isZero();
			Layout layout = Layout.of(1000, 8);
			assertThatExceptionOfType(AllocationException.class)
				.isThrownBy(() -> child.allocate(Layout.ofBytes((64 << 20) + 1)))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.LIMIT_EXCEEDED));
			MemorySegment freed = child.allocate(layout);
			child.deallocate(freed, layout);
			assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> child.deallocate(freed, layout));
			MemorySegment roots = root.allocate(layout);
			assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> child.deallocate(roots, layout));
			root.deallocate(roots, layout);
			for (long size : SIZES) {
				child.allocate(Layout.ofBytes(size)).fill((byte) 7);
			}
			assertThat(root.budget().used()).isPositive();
			child.close();
			assertThat(child.isClosed()).isTrue();
			assertThat(root.budget().used()).isZero();
			assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> child.allocate(layout))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.CLOSED));
			useAll(root);
			expectHeapsWork(root);
			root.close();
			assertThat(root.isClosed()).isTrue();
			assertThat(root.stats().liveBlocks()).isZero();
			assertThat(root.stats().leakedBlocks()).isZero();
			expectNoBlockAfterClose(pooled);
			expectNothing(pooled);
		}

		private static void expectHeapsWork(ManagedAllocator root) {
			Layout layout = Layout.of(1000, 8);
			Heap heap = root.openHeap();
			useAll(heap);
			assertThat(heap.used()).isZero();
			MemorySegment freed = heap.allocate(layout);
			heap.deallocate(freed, layout);
			assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> heap.deallocate(freed, layout));
			for (long size : SIZES) {
				heap.allocate(Layout.ofBytes(size)).fill((byte) 7);
			}
			assertThat(root.budget().used()).isEqualTo(heap.used()).isPositive();
			heap.close();
			assertThat(heap.isClosed()).isTrue();
			assertThat(root.budget().used()).isZero();
			assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> heap.allocate(layout))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.CLOSED));
		}

		/** A block that was taken while its allocator closed is not handed out. */
		private static void expectNoBlockAfterClose(GlobalAlloc pooled) {
			Arena arena = Arena.ofShared();
			MemorySegment everything = Memory.everything(arena);
			long address = pooled.allocate(16, 8);
			assertThat(Memory.slice(everything, address, 16).byteSize()).isEqualTo(16);
			arena.close();
			assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(() -> Memory.slice(everything, address, 16));
			pooled.deallocate(address, 16, 8);
		}

	}

	/** Uses the backend through regions. */
	public static final class ThroughRegions {

		private ThroughRegions() {
		}

		public static void main(String[] arguments) throws InterruptedException {
			PooledAlloc pooled = pooled();
			ManagedAllocator root = ManagedAllocator.root(pooled, (spec) -> spec.expectLiveAtClose());
			try (Region confined = root.openRegion()) {
				use(confined);
				Thread thread = Thread.ofPlatform()
					.start(() -> assertThatExceptionOfType(WrongThreadException.class)
						.isThrownBy(() -> confined.allocate(Layout.ofBytes(8))));
				thread.setUncaughtExceptionHandler((_, ex) -> fail(ex));
				thread.join();
			}
			try (Region shared = root.openSharedRegion()) {
				use(shared);
				Thread thread = Thread.ofVirtual().unstarted(() -> use(shared));
				thread.setUncaughtExceptionHandler((_, ex) -> fail(ex));
				thread.start();
				thread.join();
			}
			assertThat(root.stats().openRegions()).isZero();
			assertThat(root.budget().used()).isZero();
			Region left = root.openSharedRegion();
			left.allocate(Layout.ofBytes(100));
			root.close();
			assertThatExceptionOfType(AllocationException.class).isThrownBy(() -> left.allocate(Layout.ofBytes(8)))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.CLOSED));
			assertThat(root.budget().used()).isZero();
			expectNothing(pooled);
		}

		private static void use(Region region) {
			for (int round = 0; round < 3; round++) {
				useAll(region);
				MemorySegment before = filled(region, 5000, round);
				try (Region.Mark _ = region.mark()) {
					MemorySegment since = filled(region, 100_000, round + 1);
					try (Region.Mark _ = region.mark()) {
						filled(region, 3 << 20, round + 2);
					}
					expectFilled(since, 100_000, round + 1);
				}
				useArena(region);
				expectFilled(before, 5000, round);
				region.reset();
			}
		}

		private static void useArena(Region region) {
			MemorySegment around = filled(region, 1000, 50);
			Arena arena = region.asArena();
			for (long size : SIZES) {
				MemorySegment segment = arena.allocate(size, 8);
				expectZero(segment, 0);
				segment.fill((byte) 1);
			}
			assertThat(arena.allocate(0, 16).byteSize()).isZero();
			assertThat(arena.allocateFrom("Freehold").getString(0)).isEqualTo("Freehold");
			arena.close();
			assertThat(arena.scope().isAlive()).isFalse();
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> arena.allocate(1));
			expectFilled(around, 1000, 50);
			Arena ended = region.asArena();
			ended.allocate(ValueLayout.JAVA_LONG).set(ValueLayout.JAVA_LONG, 0, 1);
			region.reset();
			assertThat(ended.scope().isAlive()).isFalse();
			filled(region, 5000, 1);
		}

	}

	/** Gives blocks back after what they were taken from has closed. */
	public static final class GivesBackLate {

		private static final Layout LAYOUT = Layout.of(100, 8);

		private GivesBackLate() {
		}

		public static void main(String[] arguments) {
			PooledAlloc pooled = pooled();
			ManagedAllocator root = ManagedAllocator.root(pooled, (_) -> {
			});
			MemorySegment live = root.allocate(LAYOUT);
			for (boolean shared : new boolean[] { false, true }) {
				Region region = shared ? root.openSharedRegion() : root.openRegion();
				expectClosed(region, region::close, "region");
			}
			Heap heap = root.openHeap();
			expectClosed(heap, heap::close, "heap");
			ManagedAllocator child = root.child("child", (spec) -> spec.expectLiveAtClose());
			expectClosed(child, child::close, "allocator");
			assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> child.deallocate(live, LAYOUT))
				.satisfies((ex) -> assertThat(ex.kind()).isEqualTo(Kind.WRONG_ALLOCATOR));
			root.deallocate(live, LAYOUT);
			root.close();
			expectNothing(pooled);
		}

		private static void expectClosed(Allocator allocator, Runnable close, String subject) {
			MemorySegment block = allocator.allocate(LAYOUT);
			close.run();
			assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> allocator.deallocate(block, LAYOUT))
				.satisfies((ex) -> assertThat(ex.kind()).isEqualTo(Kind.ALLOCATOR_CLOSED))
				.withMessageContaining("it was freed when the " + subject + " closed");
		}

	}

	/** Grows blocks up to the end of a chunk and beyond it, where there is no memory. */
	public static final class GrowsAtEndOfChunk {

		private static final Layout HALF = Layout.of(580 << 10, 8);

		private static final Layout WHOLE = Layout.of(1000 << 10, 8);

		private GrowsAtEndOfChunk() {
		}

		public static void main(String[] arguments) {
			PooledAlloc pooled = pooled();
			growAll(Global.over(pooled));
			GlobalAlloc decorator = new Decorator(pooled, new AtomicReference<>());
			for (GlobalAlloc backend : List.of(pooled, decorator)) {
				ManagedAllocator root = ManagedAllocator.root(backend, (_) -> {
				});
				growAll(root);
				growAll(root.openHeap());
				growAll(Global.over(root.childBackend("raw", (_) -> {
				})));
				root.close();
			}
			expectNothing(pooled);
		}

		private static void growAll(Allocator allocator) {
			List<MemorySegment> blocks = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				blocks.add(filled(allocator, HALF.size(), i));
			}
			for (int i = 0; i < blocks.size(); i++) {
				MemorySegment grown = (i % 2 != 0) ? allocator.grow(blocks.get(i), HALF, WHOLE)
						: allocator.growZeroed(blocks.get(i), HALF, WHOLE);
				assertThat(grown.byteSize()).isEqualTo(WHOLE.size());
				expectFilled(grown, HALF.size(), i);
				blocks.set(i, grown);
			}
			for (MemorySegment block : blocks) {
				allocator.deallocate(block, WHOLE);
			}
		}

	}

	/**
	 * Closes an allocator while a user's decorator around the backend moves one of its
	 * blocks, and another user takes the memory that the block had.
	 */
	public static final class ResizesAgainstClose {

		private ResizesAgainstClose() {
		}

		public static void main(String[] arguments) {
			PooledAlloc pooled = pooled();
			Layout layout = Layout.of(1000, 8);
			AtomicReference<@Nullable Runnable> onFree = new AtomicReference<>();
			ManagedAllocator root = ManagedAllocator.root(new Decorator(pooled, onFree),
					(spec) -> spec.expectLiveAtClose());
			MemorySegment block = root.allocate(layout);
			Thread closer = new Thread(root::close);
			long[] other = new long[1];
			onFree.set(() -> {
				closer.start();
				// it has revoked what there is, and waits for the block in hand
				Race.await("the close waits", () -> Race.isWaiting(closer));
				other[0] = pooled.allocate(layout.size(), layout.alignment());
			});
			assertThatExceptionOfType(AllocationException.class)
				.isThrownBy(() -> root.grow(block, layout, Layout.of(5000, 8)))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.CLOSED));
			Race.join(closer);
			Race.await("all is closed", root::isClosed);
			assertThat(root.stats().liveBlocks()).isZero();
			assertThat(root.budget().used()).isZero();
			// the block of the other user is live still
			assertThat(other[0]).isEqualTo(block.address());
			pooled.deallocate(other[0], layout.size(), layout.alignment());
			expectNothing(pooled);
		}

	}

	/** Asks for the backend more than once. */
	public static final class AsksTwice {

		private AsksTwice() {
		}

		public static void main(String[] arguments) {
			PooledAlloc pooled = pooled();
			assertThat(pooled()).isSameAs(pooled);
			useAll(Global.over(pooled));
			System.out.println("pooled");
		}

	}

	/**
	 * What a user might put around the backend, with the moves of the contract.
	 *
	 * @param pooled the backend
	 * @param onFree run once, when a block has been freed
	 */
	private record Decorator(PooledAlloc pooled, AtomicReference<@Nullable Runnable> onFree) implements GlobalAlloc {

		@Override
		public long allocate(long size, long alignment) {
			return this.pooled.allocate(size, alignment);
		}

		@Override
		public void deallocate(long address, long size, long alignment) {
			this.pooled.deallocate(address, size, alignment);
			Runnable action = this.onFree.getAndSet(null);
			if (action != null) {
				action.run();
			}
		}

	}

	private static MemorySegment noise() {
		byte[] noise = new byte[32 << 20];
		new Random(42).nextBytes(noise);
		return MemorySegment.ofArray(noise);
	}

	private static PooledAlloc pooled() {
		return (PooledAlloc) Backends.get("pooled");
	}

	/** Takes blocks of all kinds through all that may become of a block. */
	private static void useAll(Allocator allocator) {
		for (long size : SIZES) {
			for (long alignment : ALIGNMENTS) {
				use(allocator, size, alignment);
			}
		}
		MemorySegment empty = allocator.allocate(Layout.of(0, 8));
		MemorySegment grown = allocator.growZeroed(empty, Layout.of(0, 8), Layout.of(24, 8));
		assertThat(grown.get(ValueLayout.JAVA_LONG, 16)).isZero();
		allocator.deallocate(allocator.shrink(grown, Layout.of(24, 8), Layout.of(0, 8)), Layout.of(0, 8));
	}

	private static void use(Allocator allocator, long size, long alignment) {
		Layout layout = Layout.of(size, alignment);
		Layout more = Layout.of(2 * size + 7, alignment);
		Layout most = Layout.of(3 * size + 7, alignment);
		MemorySegment dirty = allocator.allocate(layout);
		fill(dirty, size, 3);
		allocator.deallocate(dirty, layout);
		MemorySegment block = allocator.allocateZeroed(layout);
		assertThat(block.address() % alignment).isZero();
		assertThat(block.byteSize()).isEqualTo(size);
		expectZero(block, 0);
		fill(block, size, 5);
		block = allocator.grow(block, layout, more);
		expectFilled(block, size, 5);
		fill(block, more.size(), 6);
		block = allocator.growZeroed(block, more, most);
		assertThat(block.address() % alignment).isZero();
		expectFilled(block, more.size(), 6);
		expectZero(block, more.size());
		block = allocator.shrink(block, most, layout);
		expectFilled(block, size, 6);
		allocator.deallocate(block, layout);
	}

	private static MemorySegment filled(Allocator allocator, long size, int seed) {
		MemorySegment block = allocator.allocate(Layout.of(size, 8));
		fill(block, size, seed);
		return block;
	}

	private static void fill(MemorySegment block, long size, int seed) {
		MemorySegment.copy(NOISE, seed, block, 0, size);
	}

	private static void expectFilled(MemorySegment block, long size, int seed) {
		assertThat(block.asSlice(0, size).mismatch(NOISE.asSlice(seed, size))).isEqualTo(-1);
	}

	private static void expectZero(MemorySegment block, long from) {
		assertThat(block.asSlice(from).mismatch(ZEROS.asSlice(0, block.byteSize() - from))).isEqualTo(-1);
	}

	private static void fail(Throwable cause) {
		cause.printStackTrace();
		Runtime.getRuntime().halt(2);
	}

	private static void expectNothing(PooledAlloc pooled) {
		assertThat(pooled.liveBytes()).isZero();
		pooled.trim();
		assertThat(pooled.cachedBytes()).isEqualTo(pooled.committedBytes());
		System.out.println("nothing left");
	}

}
