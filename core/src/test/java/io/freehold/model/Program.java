package io.freehold.model;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A sequence of steps.
 *
 * @param steps the steps, in order
 */
record Program(List<Step> steps) {

	/** The exponent of the largest size, 16 MiB. */
	private static final int MAX_SIZE_SHIFT = 24;

	Program {
		steps = List.copyOf(steps);
	}

	/**
	 * Draws a program. Some have small blocks only, so that they are packed densely; some
	 * refusals.
	 */
	static Program random(SplittableRandom random, int length, long maxAlignment, boolean refusals) {
		int sizeShift = switch (random.nextInt(4)) {
			case 0 -> 8;
			case 1 -> 13;
			case 2 -> 18;
			default -> MAX_SIZE_SHIFT;
		};
		int alignmentShift = random.nextBoolean() ? 4 : Long.numberOfTrailingZeros(maxAlignment);
		int taking = random.nextInt(40, 65);
		List<Step> steps = new ArrayList<>(length);
		for (int i = 0; i < length; i++) {
			boolean refused = refusals && random.nextInt(6) == 0;
			int choice = random.nextInt(100);
			if (choice < taking) {
				steps.add(new Step.Allocate(size(random, sizeShift), 1L << random.nextInt(alignmentShift + 1),
						random.nextInt(3) == 0, refused));
			}
			else if (choice < taking + 15) {
				steps.add(new Step.Reallocate(pick(random), size(random, sizeShift), refused));
			}
			else {
				steps.add(new Step.Deallocate(pick(random)));
			}
		}
		return new Program(steps);
	}

	private static long size(SplittableRandom random, int shift) {
		return Math.clamp(Math.round(Math.pow(2, random.nextDouble() * shift)), 1, 1L << shift);
	}

	private static int pick(SplittableRandom random) {
		return random.nextInt(1000);
	}

	/** Returns the first steps. */
	Program first(int count) {
		return new Program(this.steps.subList(0, Math.min(count, this.steps.size())));
	}

	private Program without(int from, int to) {
		List<Step> rest = new ArrayList<>(this.steps.subList(0, from));
		rest.addAll(this.steps.subList(to, this.steps.size()));
		return new Program(rest);
	}

	/**
	 * Leaves out steps as long as what is left still fails: halves first, then ever
	 * smaller parts, single steps at last, and all over again.
	 * @param fails runs a program
	 * @param attempts how many programs to run at most
	 */
	Program shrink(Predicate<Program> fails, int attempts) {
		Program smallest = this;
		int left = attempts;
		boolean smaller = true;
		while (smaller) {
			smaller = false;
			for (int part = Math.max(1, smallest.steps.size() / 2); part > 0; part /= 2) {
				for (int from = smallest.steps.size() - part; from >= 0 && left > 0; from -= part) {
					Program candidate = smallest.without(from, from + part);
					left--;
					if (fails.test(candidate)) {
						smallest = candidate;
						smaller = true;
					}
				}
			}
		}
		return smallest;
	}

	@Override
	public String toString() {
		return this.steps.stream().map((step) -> "  " + step + "\n").collect(Collectors.joining());
	}

}
