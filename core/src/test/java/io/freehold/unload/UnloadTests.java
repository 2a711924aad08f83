package io.freehold.unload;

import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Queue;
import java.util.function.Function;

import io.freehold.managed.BlockedCall;
import io.freehold.managed.Race;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class UnloadTests {

	/** Together with the thread of the clock, which would keep it. */
	@Test
	void classLoader_afterAPendingCloseWasCompletedWithoutLoadingAClass_isCollected() throws Exception {
		LoneLoader loader = new LoneLoader();
		Queue<String> refused = loader.refused();
		closeWhileHeld(loader);
		assertThat(refused).isEmpty();
		WeakReference<ClassLoader> left = new WeakReference<>(loader);
		loader = null;
		Race.await("the class loader is collected", () -> {
			System.gc();
			return left.get() == null;
		});
		assertThat(refused).isEmpty();
	}

	@SuppressWarnings("unchecked")
	private static void closeWhileHeld(LoneLoader loader) throws Exception {
		Function<String, List<MemorySegment>> trees = loader.create(Function.class, HeldTrees.class);
		List<MemorySegment> segments = trees.apply("open");
		List<BlockedCall> calls = segments.stream().map(BlockedCall::holding).toList();
		assertThat(trees.apply("close")).isEmpty();
		loader.stop();
		assertThat(segments).allMatch((segment) -> segment.scope().isAlive());
		calls.forEach(BlockedCall::release);
		for (MemorySegment segment : segments) {
			Race.await("the segment is revoked", () -> !segment.scope().isAlive());
		}
	}

}
