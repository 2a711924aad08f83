package io.freehold.internal.sync;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;

import io.freehold.child.ChildJvm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link StackSpace}: what is called after the check does not overflow the
 * stack, however near its end the check is made, in each mode of execution.
 */
class StackSpaceTests {

	@ParameterizedTest
	@ValueSource(strings = { "-Xint", "-XX:TieredStopAtLevel=1", "-XX:TieredStopAtLevel=3", "-XX:TieredStopAtLevel=4" })
	void check_nearTheEnd_leavesRoom(String mode) throws Exception {
		ChildJvm jvm = ChildJvm.runWith(Program.class, List.of(mode, "-Xss512k"));
		assertThat(jvm.exitValue()).as(jvm.err()).isZero();
	}

	@Test
	void check_withoutOne_theProgramFails() {
		Program.Counts counts = new Program.Counts();
		Program.overflow(counts, (_) -> Program.sink++);
		assertThat(counts.begun - counts.ended).as("overflows after the check that is none").isPositive();
	}

	/** Recurses to the end of the stack and makes the check at each level. */
	public static final class Program {

		private static final int OVERFLOWS = 400;

		/** What a method takes, of an operation that is in the interpreter. */
		private static final int FRAMES = 30;

		private static int sink;

		private Program() {
		}

		public static void main(String[] args) throws Exception {
			for (IntConsumer check : new IntConsumer[] { (_) -> StackSpace.forOperation(),
					(_) -> StackSpace.forBackend() }) {
				onBothKindsOfThreads(check);
			}
		}

		private static void onBothKindsOfThreads(IntConsumer check) throws Exception {
			for (Thread.Builder kind : new Thread.Builder[] { Thread.ofPlatform(), Thread.ofVirtual() }) {
				CompletableFuture<Counts> done = new CompletableFuture<>();
				kind.start(() -> {
					Counts counts = new Counts();
					overflow(counts, check);
					done.complete(counts);
				});
				Counts counts = done.get();
				if (counts.begun != counts.ended || counts.begun == 0) {
					throw new AssertionError(counts.begun + " begun, " + counts.ended + " ended");
				}
			}
		}

		private static void overflow(Counts counts, IntConsumer check) {
			for (int i = 0; i < OVERFLOWS; i++) {
				int offset = i % 97;
				try {
					descend(offset, counts, check);
				}
				catch (StackOverflowError ex) {
					// as it must be
				}
			}
		}

		private static void descend(int offset, Counts counts, IntConsumer check) {
			if (offset > 0) {
				descend(offset - 1, counts, check);
			}
			else {
				recurse(counts, check);
			}
		}

		@SuppressWarnings("InfiniteRecursion") // until the stack ends
		private static void recurse(Counts counts, IntConsumer check) {
			operation(counts, check);
			recurse(counts, check);
		}

		private static void operation(Counts counts, IntConsumer check) {
			check.accept(0);
			counts.begun++;
			sink += nested(FRAMES, 1, 2, 3);
			counts.ended++;
		}

		private static int nested(int depth, long a, long b, long c) {
			return (depth == 0) ? 0 : 1 + other(depth - 1, a + 1, b + 1, c + 1);
		}

		private static int other(int depth, long a, long b, long c) {
			return (depth == 0) ? (int) (a + b + c) : 1 + nested(depth - 1, a, b, c);
		}

		/** How many operations have passed the check, and how many have ended. */
		private static final class Counts {

			private long begun;

			private long ended;

		}

	}

}
