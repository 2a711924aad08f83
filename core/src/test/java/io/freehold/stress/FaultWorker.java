package io.freehold.stress;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.managed.Heap;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Region;

import org.jspecify.annotations.Nullable;

/**
 * One thread of {@link FaultStress}. Whatever a call throws, the blocks are as they were:
 * their content is verified before each of them is resized or freed.
 */
final class FaultWorker {

	private static final int NOISE_SIZE = 1 << 20;

	private static final int MAX_SIZE = 3 << 20;

	private static final MemorySegment NOISE = noise();

	private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[MAX_SIZE]);

	private static final int MAX_BLOCKS = 24;

	private static final int MAX_HEAPS = 3;

	/** The most frames that are left to a call that may overflow the stack. */
	private static final int MAX_FRAMES = 300;

	private final AtomicReferenceArray<ManagedAllocator> allocators;

	private final FaultCounts counts;

	private final SplittableRandom random;

	private final @Nullable DeepCall deep;

	private final List<Owned> blocks = new ArrayList<>();

	private final List<Source> heaps = new ArrayList<>();

	private final AtomicLong steps = new AtomicLong();

	private volatile @Nullable Thread thread;

	/** What the last call returned. */
	private @Nullable Object result;

	/**
	 * Creates a worker for one thread.
	 * @param allocators where blocks are from
	 * @param counts counts what is done
	 * @param random draws what to do
	 * @param deep whether some calls are made near the end of the stack
	 */
	FaultWorker(AtomicReferenceArray<ManagedAllocator> allocators, FaultCounts counts, SplittableRandom random,
			boolean deep) {
		this.allocators = allocators;
		this.counts = counts;
		this.random = random;
		this.deep = deep ? new DeepCall() : null;
	}

	private static MemorySegment noise() {
		byte[] noise = new byte[NOISE_SIZE + MAX_SIZE];
		new Random(42).nextBytes(noise);
		return MemorySegment.ofArray(noise);
	}

	long steps() {
		return this.steps.get();
	}

	void step() {
		int draw = this.random.nextInt(100);
		if (draw < 40) {
			if (this.blocks.size() < MAX_BLOCKS) {
				allocate(source());
			}
			else {
				free(take());
			}
		}
		else if (draw < 65) {
			if (!this.blocks.isEmpty()) {
				resize(take());
			}
		}
		else if (draw < 85) {
			if (!this.blocks.isEmpty()) {
				free(take());
			}
		}
		else if (draw < 95) {
			useRegion();
		}
		else {
			changeHeaps();
		}
		this.steps.incrementAndGet();
		if (Thread.currentThread().isVirtual() && draw % 8 == 0) {
			pause();
		}
	}

	@SuppressWarnings("ThreadPriorityCheck") // virtual threads change carriers that way
	private static void pause() {
		Thread.yield();
	}

	/** Frees all this thread has. */
	void freeAll() {
		while (!this.blocks.isEmpty()) {
			free(take());
		}
		for (Source heap : this.heaps) {
			close(heap);
		}
		this.heaps.clear();
	}

	private Source source() {
		if (!this.heaps.isEmpty() && this.random.nextInt(3) == 0) {
			return this.heaps.get(this.random.nextInt(this.heaps.size()));
		}
		return source(this.allocators.get(this.random.nextInt(this.allocators.length())));
	}

	private static Source source(ManagedAllocator allocator) {
		return new Source(allocator, allocator::isOpen);
	}

	private Owned take() {
		return this.blocks.remove(this.random.nextInt(this.blocks.size()));
	}

	private long size() {
		return switch (this.random.nextInt(64)) {
			case 0 -> this.random.nextLong(1, MAX_SIZE);
			case 1, 2, 3 -> this.random.nextLong(1, 300_000);
			case 4, 5, 6, 7, 8, 9, 10, 11 -> this.random.nextLong(1, 32 << 10);
			default -> this.random.nextLong(1, 1200);
		};
	}

	private long alignment() {
		return 1L << this.random.nextInt((this.random.nextInt(16) == 0) ? 17 : 6);
	}

	private void allocate(Source source) {
		Layout layout = Layout.of(size(), alignment());
		boolean zeroed = this.random.nextBoolean();
		Allocator allocator = source.allocator();
		MemorySegment block = call(source,
				() -> zeroed ? allocator.allocateZeroed(layout) : allocator.allocate(layout));
		if (block != null) {
			this.counts.allocated.increment();
			own(source, block, layout, zeroed ? 0 : layout.size());
		}
	}

	/** Verifies what a block was promised to be, and fills it. */
	private void own(Source source, MemorySegment block, Layout layout, long zeroFrom) {
		if (block.address() % layout.alignment() != 0) {
			throw new AssertionError(block + " is not aligned as " + layout);
		}
		Owned owned = new Owned(source, block, layout, this.random.nextInt(NOISE_SIZE));
		access(source, () -> {
			if (zeroFrom < layout.size()) {
				long mismatch = block.asSlice(zeroFrom).mismatch(ZEROS.asSlice(0, layout.size() - zeroFrom));
				expect(mismatch == -1, () -> "byte %d of %s is not zero".formatted(zeroFrom + mismatch, block));
			}
			MemorySegment.copy(NOISE, owned.cookie, block, 0, layout.size());
			this.blocks.add(owned);
		});
	}

	private void verify(Owned owned, MemorySegment block, long size) {
		long mismatch = block.asSlice(0, size).mismatch(NOISE.asSlice(owned.cookie, size));
		expect(mismatch == -1, () -> "byte %d of %s was changed by others, in %s".formatted(mismatch, block,
				owned.source.allocator()));
	}

	private static void expect(boolean condition, Supplier<String> message) {
		if (!condition) {
			throw new AssertionError(message.get());
		}
	}

	private void resize(Owned owned) {
		Allocator allocator = owned.source.allocator();
		MemorySegment block = owned.block;
		Layout old = owned.layout;
		Layout layout = Layout.of(size(), this.random.nextBoolean() ? old.alignment() : alignment());
		boolean zeroed = this.random.nextBoolean();
		if (!access(owned.source, () -> verify(owned, block, old.size()))) {
			return;
		}
		MemorySegment resized = call(owned.source,
				() -> (layout.size() < old.size()) ? allocator.shrink(block, old, layout)
						: zeroed ? allocator.growZeroed(block, old, layout) : allocator.grow(block, old, layout));
		if (resized != null) {
			this.counts.resized.increment();
			if (access(owned.source, () -> verify(owned, resized, Math.min(old.size(), layout.size())))) {
				own(owned.source, resized, layout, (layout.size() > old.size() && zeroed) ? old.size() : layout.size());
			}
		}
		else if (owned.source.open().getAsBoolean()) {
			// it is still there
			this.blocks.add(owned);
		}
	}

	private void free(Owned owned) {
		Allocator allocator = owned.source.allocator();
		if (!access(owned.source, () -> verify(owned, owned.block, owned.layout.size()))) {
			return;
		}
		Supplier<Boolean> free = () -> {
			allocator.deallocate(owned.block, owned.layout);
			return Boolean.TRUE;
		};
		if (call(owned.source, free) == null && owned.source.open().getAsBoolean()) {
			// it is still there
			callShallow(owned.source, free);
		}
		this.counts.freed.increment();
	}

	private void changeHeaps() {
		if (this.heaps.size() < MAX_HEAPS) {
			ManagedAllocator allocator = this.allocators.get(this.random.nextInt(this.allocators.length()));
			Heap heap = call(source(allocator), allocator::openHeap);
			if (heap != null) {
				this.heaps.add(new Source(heap, () -> heap.isOpen() && allocator.isOpen()));
				this.counts.heaps.increment();
			}
			return;
		}
		Source heap = this.heaps.remove(this.random.nextInt(this.heaps.size()));
		close(heap);
		for (Owned owned : List.copyOf(this.blocks)) {
			if (owned.source == heap) {
				expect(!owned.block.scope().isAlive(), () -> "%s outlives its heap".formatted(owned.block));
				this.blocks.remove(owned);
			}
		}
	}

	private void close(Source heap) {
		Heap closed = (Heap) heap.allocator();
		Supplier<Boolean> close = () -> {
			closed.close();
			return Boolean.TRUE;
		};
		if (call(heap, close) == null) {
			callShallow(heap, close);
		}
		expect(closed.used() == 0, () -> "%s has %d bytes after its close".formatted(closed, closed.used()));
	}

	private void useRegion() {
		ManagedAllocator allocator = this.allocators.get(this.random.nextInt(this.allocators.length()));
		boolean shared = this.random.nextInt(4) == 0;
		Source source = source(allocator);
		Region region = call(source, () -> shared ? allocator.openSharedRegion() : allocator.openRegion());
		if (region == null) {
			return;
		}
		this.counts.regions.increment();
		List<Owned> others = List.copyOf(this.blocks);
		this.blocks.clear();
		Source of = new Source(region, allocator::isOpen);
		for (int i = this.random.nextInt(4); i >= 0; i--) {
			useRegion(of, region);
		}
		this.blocks.clear();
		this.blocks.addAll(others);
		Supplier<Boolean> close = () -> {
			region.close();
			return Boolean.TRUE;
		};
		if (call(of, close) == null) {
			callShallow(of, close);
		}
	}

	private void useRegion(Source source, Region region) {
		allocate(source);
		Region.Mark mark = call(source, region::mark);
		if (mark == null) {
			return;
		}
		List<Owned> before = List.copyOf(this.blocks);
		allocate(source);
		allocate(source);
		if (!this.blocks.isEmpty()) {
			Owned last = this.blocks.removeLast();
			if (before.contains(last)) {
				this.blocks.add(last);
			}
			else {
				resize(last);
			}
		}
		if (this.random.nextBoolean() && this.blocks.size() > before.size()) {
			free(this.blocks.removeLast());
		}
		useArena(source, region);
		Supplier<Boolean> end = () -> {
			mark.close();
			return Boolean.TRUE;
		};
		if (call(source, end) == null) {
			callShallow(source, end);
		}
		this.blocks.clear();
		this.blocks.addAll(before);
		for (Owned owned : before) {
			access(source, () -> verify(owned, owned.block, owned.layout.size()));
		}
		if (this.random.nextInt(4) == 0) {
			Supplier<Boolean> reset = () -> {
				region.reset();
				return Boolean.TRUE;
			};
			if (call(source, reset) == null) {
				callShallow(source, reset);
			}
			this.blocks.clear();
		}
	}

	private void useArena(Source source, Region region) {
		Arena arena = call(source, region::asArena);
		if (arena == null) {
			return;
		}
		long size = size();
		MemorySegment segment = call(source, () -> arena.allocate(size, 8));
		if (segment != null) {
			access(source, () -> {
				expect(segment.mismatch(ZEROS.asSlice(0, size)) == -1, () -> "%s is not zero".formatted(segment));
				segment.fill((byte) 1);
			});
		}
		if (this.random.nextBoolean()) {
			call(source, () -> {
				arena.close();
				return Boolean.TRUE;
			});
		}
	}

	/** Accesses blocks; returns whether they are still there. */
	private boolean access(Source source, Runnable access) {
		try {
			access.run();
			return true;
		}
		catch (IllegalStateException ex) {
			if (source.open().getAsBoolean()) {
				throw new AssertionError("a block of an open allocator is not accessible: " + source.allocator(), ex);
			}
			return false;
		}
	}

	/** Calls something, perhaps near the end of the stack; null if it was refused. */
	private <T> @Nullable T call(Source source, Supplier<T> call) {
		DeepCall deep = this.deep;
		if (deep == null || this.random.nextInt(4) > 0) {
			return callShallow(source, call);
		}
		return guard(source, () -> {
			this.result = null;
			try {
				deep.run(() -> this.result = call.get(), this.random.nextInt(MAX_FRAMES));
			}
			catch (StackOverflowError ex) {
				this.counts.overflows.increment();
			}
			@SuppressWarnings("unchecked")
			T result = (T) this.result;
			return result;
		});
	}

	private <T> @Nullable T callShallow(Source source, Supplier<T> call) {
		return guard(source, call);
	}

	private <T> @Nullable T guard(Source source, Supplier<? extends @Nullable T> call) {
		try {
			return call.get();
		}
		catch (AllocationException ex) {
			expect(ex.reason() != Reason.CLOSED || !source.open().getAsBoolean(),
					() -> "%s is open, but %s".formatted(source.allocator(), ex));
			this.counts.refused.increment();
			return null;
		}
		catch (IllegalStateException ex) {
			// misuse included
			if (source.open().getAsBoolean()) {
				throw new AssertionError("an open allocator refuses what is right: " + source.allocator(), ex);
			}
			return null;
		}
	}

	/** To be called by the thread that works. */
	void begin() {
		this.thread = Thread.currentThread();
	}

	/** Prints where the worker is. */
	void print() {
		Thread thread = this.thread;
		System.out.println("worker after " + this.steps + " steps");
		if (thread != null) {
			print(thread, thread.getStackTrace());
		}
	}

	static void print(Thread thread, StackTraceElement[] stack) {
		System.out.println(thread);
		for (StackTraceElement element : stack) {
			System.out.println("    at " + element);
		}
	}

	/**
	 * Where blocks are from.
	 *
	 * @param allocator whose they are
	 * @param open whether it is open still
	 */
	private record Source(Allocator allocator, BooleanSupplier open) {

	}

	/**
	 * A block with known content.
	 *
	 * @param source whose it is
	 * @param block the block
	 * @param layout what it was allocated with
	 * @param cookie where in the noise its content begins
	 */
	private record Owned(Source source, MemorySegment block, Layout layout, int cookie) {

	}

}
