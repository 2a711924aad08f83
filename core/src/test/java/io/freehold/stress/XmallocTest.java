package io.freehold.stress;

import java.util.SplittableRandom;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Producers allocate batches, consumers free them: no thread ever frees what it took. The
 * batches go through a stack with a bound.
 */
final class XmallocTest implements StressWorkload {

	private static final int[] SIZES = { 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536,
			2048 };

	private static final int BATCHES = 2_400;

	private static final int BATCH = 1024;

	private static final int BOUND = 32;

	@Override
	public void run(StressRun run) throws InterruptedException {
		BlockingDeque<Batch> stack = new LinkedBlockingDeque<>(BOUND);
		int producers = Math.max(1, run.threads() / 2);
		int each = BATCHES * run.factor() / producers;
		AtomicInteger left = new AtomicInteger(each * producers);
		for (int i = 0; i < producers; i++) {
			SplittableRandom random = run.random(i);
			run.start(() -> produce(run, stack, each, random));
			run.start(() -> consume(run, stack, left));
		}
		run.crew().join();
	}

	private static void produce(StressRun run, BlockingDeque<Batch> stack, int batches, SplittableRandom random)
			throws InterruptedException {
		for (int i = 0; i < batches; i++) {
			Block self = run.allocate(BATCH * 8L, 8, random);
			Block[] blocks = new Block[BATCH];
			for (int j = 0; j < BATCH; j++) {
				// all of one size, and all sizes, by turns
				int size = (i % 2 == 0) ? 64 : SIZES[random.nextInt(SIZES.length)];
				blocks[j] = run.allocate(size, (size % 8 == 0) ? 8 : 4, random);
				if (j % 128 == 0) {
					run.crew().checkpoint();
				}
			}
			run.crew().push(stack, new Batch(self, blocks));
		}
	}

	private static void consume(StressRun run, BlockingDeque<Batch> stack, AtomicInteger left)
			throws InterruptedException {
		while (left.get() > 0) {
			Batch batch = run.crew().pop(stack);
			if (batch != null) {
				left.decrementAndGet();
				for (Block block : batch.blocks()) {
					run.free(block);
				}
				run.free(batch.self());
				run.crew().checkpoint();
			}
		}
	}

	@SuppressWarnings("ArrayRecordComponent")
	private record Batch(Block self, Block[] blocks) {

	}

}
