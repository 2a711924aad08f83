package io.freehold.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

import io.freehold.benchmarks.contender.Contender;
import io.freehold.benchmarks.contender.Freehold;
import io.freehold.benchmarks.contender.Slots;
import io.freehold.spi.MemoryUsage;

/**
 * How much memory a contender needs for 256 MiB of live blocks, sizes as in
 * {@link Churn}, after each slot was replaced twenty times on average. Every page of
 * every block is written, so that resident memory tells.
 */
public final class Footprint {

	static final String RESIDENT = "Footprint.resident";

	static final String COMMITTED = "Footprint.committed";

	private static final long LIVE = 256L << 20;

	private static final int TURNS = 20;

	private Footprint() {
	}

	/**
	 * Measures the contenders named, each in a JVM of its own, or without arguments all,
	 * and then also writes the result file. With the argument {@code here} measures the
	 * one that follows in this JVM.
	 */
	public static void main(String[] arguments) throws IOException, ExecutionException, InterruptedException {
		if (arguments.length == 2 && arguments[0].equals("here")) {
			Contender contender = Contender.valueOf(arguments[1]);
			Outcome outcome = Programs.inFastThread(() -> measure(contender, LIVE, TURNS));
			System.out.println(outcome.live() + " " + outcome.resident() + " " + outcome.committed());
		}
		else {
			List<Score> scores = compare(Programs.contenders(arguments));
			Programs.print(scores);
			if (arguments.length == 0) {
				Score.write(Programs.FOOTPRINT, scores);
			}
		}
	}

	private static List<Score> compare(List<Contender> contenders) throws IOException, InterruptedException {
		List<Score> scores = new ArrayList<>();
		for (Contender contender : contenders) {
			String[] answer = Jvm.run(Footprint.class, List.of("here", contender.name())).split(" ", -1);
			double live = Double.parseDouble(answer[0]);
			scores.add(new Score(RESIDENT, contender, Double.parseDouble(answer[1]) / live, "x live"));
			if (contender.isFreehold() && Long.parseLong(answer[2]) != 0) {
				scores.add(new Score(COMMITTED, contender, Double.parseDouble(answer[2]) / live, "x live"));
			}
		}
		return scores;
	}

	static Outcome measure(Contender contender, long liveBytes, int turns) {
		int[] sizes = Draws.logUniformSizes(16, 8192);
		int[] choices = Draws.uniform(0, Integer.MAX_VALUE);
		int count = slotsFor(liveBytes, sizes);
		Slots slots = contender.slots(count);
		int[] held = new int[count];
		long resident = ResidentMemory.bytes();
		long committed = committed(contender);
		long live = 0;
		for (int slot = 0; slot < count; slot++) {
			live += fill(slots, held, slot, sizes[slot & Draws.MASK]);
		}
		for (long i = 0; i < (long) count * turns; i++) {
			// two walks of different strides, so that pairs do not repeat
			int draw = (int) i & Draws.MASK;
			int slot = (int) ((choices[draw] + i / Draws.COUNT * 7919) % count);
			live -= held[slot];
			slots.free(slot);
			live += fill(slots, held, slot, sizes[(int) (i * 31 + i / Draws.COUNT) & Draws.MASK]);
		}
		Outcome outcome = new Outcome(live, ResidentMemory.bytes() - resident, committed(contender) - committed);
		slots.freeAll();
		return outcome;
	}

	private static int slotsFor(long liveBytes, int[] sizes) {
		long sum = 0;
		for (int size : sizes) {
			sum += size;
		}
		return Math.toIntExact(liveBytes * sizes.length / sum);
	}

	private static int fill(Slots slots, int[] held, int slot, int size) {
		slots.allocate(slot, size);
		Pages.touch(slots, slot, size);
		held[slot] = size;
		return size;
	}

	private static long committed(Contender contender) {
		return contender.isFreehold() ? Freehold.usage().map(MemoryUsage::committedBytes).orElse(0L) : 0;
	}

	/**
	 * What was measured.
	 *
	 * @param live the bytes asked for and not freed
	 * @param resident the growth of resident memory
	 * @param committed the growth of what the backend holds from the operating system; 0
	 * if it does not tell
	 */
	record Outcome(long live, long resident, long committed) {

	}

}
