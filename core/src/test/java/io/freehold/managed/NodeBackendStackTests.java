package io.freehold.managed;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;

import io.freehold.backend.Backends;
import io.freehold.global.SwitchingAccess;
import io.freehold.internal.sync.StackSpace;
import io.freehold.pool.PooledAlloc;
import io.freehold.spi.GlobalAlloc;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A node that is used as a backend does all or nothing, however little stack is left:
 * there is another backend below it.
 */
class NodeBackendStackTests {

	private static final long SIZE = 100;

	private static final long LARGER = 5000;

	/** Less than what a call of the backend takes. */
	private static final int CALLS_APART = 4;

	private static final int NOT_REACHED = Integer.MIN_VALUE;

	static Stream<GlobalAlloc> backends() {
		return Stream.of(new Decorator(new PooledAlloc()), new PooledAlloc(), Backends.get("system"));
	}

	@ParameterizedTest
	@MethodSource("backends")
	void deallocate_littleStack_freesTheBlockOrLeavesIt(GlobalAlloc backend) {
		tryAtEachDepth(backend, NodeBackendStackTests::node, 0, (node, address) -> node.deallocate(address, SIZE, 8));
	}

	@ParameterizedTest
	@MethodSource("backends")
	void reallocate_littleStack_movesTheBlockOrLeavesIt(GlobalAlloc backend) {
		tryAtEachDepth(backend, NodeBackendStackTests::node, LARGER,
				(node, address) -> node.reallocate(address, SIZE, 8, LARGER));
	}

	@ParameterizedTest
	@MethodSource("backends")
	void deallocateOfGlobal_littleStack_freesTheBlockOrLeavesIt(GlobalAlloc backend) {
		tryAtEachDepth(backend, SwitchingAccess::over, 0, (global, address) -> global.deallocate(address, SIZE, 8));
	}

	@ParameterizedTest
	@MethodSource("backends")
	void reallocateOfGlobal_littleStack_movesTheBlockOrLeavesIt(GlobalAlloc backend) {
		tryAtEachDepth(backend, SwitchingAccess::over, LARGER,
				(global, address) -> global.reallocate(address, SIZE, 8, LARGER));
	}

	private static GlobalAlloc node(ManagedAllocator root) {
		return root.childBackend("global", (_) -> {
		});
	}

	/**
	 * Makes a call at the depth where there is as much stack as a backend needs, and at
	 * others that are less deep, until it succeeds.
	 */
	private static void tryAtEachDepth(GlobalAlloc backend, Function<ManagedAllocator, GlobalAlloc> over, long newSize,
			Call call) {
		ManagedAllocator root = ManagedAllocator.root(backend, (_) -> {
		});
		GlobalAlloc node = over.apply(root);
		ManagedAllocator child = root.children().getFirst();
		for (int i = 0; i < 50; i++) {
			node.deallocate(node.allocate(SIZE, 8), SIZE, 8);
		}
		long address = node.allocate(SIZE, 8);
		AtomicBoolean done = new AtomicBoolean();
		int height = 0;
		while (!done.get()) {
			int calls = height;
			Thread thread = new Thread(null, () -> rise(calls, () -> {
				call.make(node, address);
				done.set(true);
			}), "short of stack", 256 << 10);
			thread.start();
			Race.join(thread);
			assertThat(child.stats().liveBlocks()).as("%d calls up", height)
				.isEqualTo((done.get() && newSize == 0) ? 0 : 1);
			assertThat(child.budget().used()).as("%d calls up", height).isEqualTo(done.get() ? newSize : SIZE);
			assertThat(((Node) child).gate.isBlock(address) || done.get()).as("%d calls up", height).isTrue();
			height += CALLS_APART;
			assertThat(height).isLessThan(1000);
		}
		// else nothing was tried
		assertThat(height).isGreaterThan(10);
		assertThat(((Node) child).isValid()).isTrue();
		((Node) child).gate.drain();
		assertThat(child.budget().used()).isZero();
		root.close();
		if (backend instanceof Decorator decorator) {
			assertThat(decorator.backend().liveBytes()).isZero();
		}
	}

	/**
	 * Runs something a number of calls above the depth where a check of the stack for a
	 * backend passes.
	 * @return how many calls are left
	 */
	@SuppressWarnings("InfiniteRecursion") // up to the end of the stack
	private static int rise(int height, Runnable action) {
		int left;
		try {
			left = rise(height, action);
		}
		catch (StackOverflowError ex) {
			left = NOT_REACHED;
		}
		if (left == NOT_REACHED) {
			try {
				StackSpace.forBackend();
			}
			catch (StackOverflowError ex) {
				return NOT_REACHED;
			}
			left = height;
		}
		if (left == 0) {
			try {
				action.run();
			}
			catch (StackOverflowError ex) {
				// the caller looks what has become of it
			}
		}
		return left - 1;
	}

	/** A call of a backend. */
	@FunctionalInterface
	private interface Call {

		void make(GlobalAlloc backend, long address);

	}

	/**
	 * What a user might put around the backend.
	 *
	 * @param backend the backend
	 */
	private record Decorator(PooledAlloc backend) implements GlobalAlloc {

		@Override
		public long allocate(long size, long alignment) {
			return this.backend.allocate(size, alignment);
		}

		@Override
		public void deallocate(long address, long size, long alignment) {
			this.backend.deallocate(address, size, alignment);
		}

	}

}
