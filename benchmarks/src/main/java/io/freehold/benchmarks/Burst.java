package io.freehold.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

import io.freehold.benchmarks.contender.Contender;
import io.freehold.benchmarks.contender.Slots;

/**
 * What remains of a burst: 512 MiB of blocks of 1 KiB are allocated, first and last byte
 * written, and freed; then nobody calls the allocator for 15 seconds.
 */
public final class Burst {

	static final String PEAK = "Burst.peak";

	static final String AFTER = "Burst.after";

	private static final double MIB = 1 << 20;

	private static final int SIZE = 1024;

	private static final int BLOCKS = 512 << 10;

	private static final int WARM_UP = 1 << 10;

	private static final int IDLE_MILLIS = 15_000;

	private Burst() {
	}

	/**
	 * Measures the contenders named, each in a JVM of its own, or without arguments all,
	 * and then also writes the result file. With the argument {@code here} measures the
	 * one that follows in this JVM.
	 */
	public static void main(String[] arguments) throws IOException, ExecutionException, InterruptedException {
		if (arguments.length == 2 && arguments[0].equals("here")) {
			Contender contender = Contender.valueOf(arguments[1]);
			Outcome outcome = Programs.inFastThread(() -> measure(contender, BLOCKS, IDLE_MILLIS));
			System.out.println(outcome.before() + " " + outcome.peak() + " " + outcome.after());
		}
		else {
			List<Score> scores = compare(Programs.contenders(arguments));
			Programs.print(scores);
			if (arguments.length == 0) {
				Score.write(Programs.BURST, scores);
			}
		}
	}

	private static List<Score> compare(List<Contender> contenders) throws IOException, InterruptedException {
		List<Score> scores = new ArrayList<>();
		for (Contender contender : contenders) {
			String[] answer = Jvm.run(Burst.class, List.of("here", contender.name())).split(" ", -1);
			long before = Long.parseLong(answer[0]);
			scores.add(new Score(PEAK, contender, (Long.parseLong(answer[1]) - before) / MIB, "MiB above before"));
			scores.add(new Score(AFTER, contender, (Long.parseLong(answer[2]) - before) / MIB, "MiB above before"));
		}
		return scores;
	}

	static Outcome measure(Contender contender, int blocks, int idleMillis) throws InterruptedException {
		Slots slots = contender.slots(blocks);
		// classes are loaded and code is compiled before the first look
		fill(slots, Math.min(WARM_UP, blocks));
		slots.freeAll();
		long before = ResidentMemory.bytes();
		fill(slots, blocks);
		long peak = ResidentMemory.bytes();
		slots.freeAll();
		Thread.sleep(idleMillis);
		return new Outcome(before, peak, ResidentMemory.bytes());
	}

	private static void fill(Slots slots, int blocks) {
		for (int slot = 0; slot < blocks; slot++) {
			slots.allocate(slot, SIZE);
			slots.put(slot, SIZE - 1, (byte) slot);
		}
	}

	/**
	 * Resident memory in bytes.
	 *
	 * @param before before the burst
	 * @param peak when all blocks were live
	 * @param after when all had been freed for a while
	 */
	record Outcome(long before, long peak, long after) {

	}

}
