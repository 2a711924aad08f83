package io.freehold.sample.feed;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Backlog}.
 */
class BacklogTests {

	private static final Duration NOW = Duration.ZERO;

	private final Backlog backlog = new Backlog(MemorySegment.ofArray(new byte[100]));

	@Test
	void whenMessagesCrossTheEndShouldComeOutInOrder() throws InterruptedException {
		long seed = new Random().nextLong();
		System.out.println("seed: " + seed);
		Random random = new Random(seed);
		ArrayDeque<String> expected = new ArrayDeque<>();
		int refused = 0;
		for (int i = 0; i < 10_000; i++) {
			if (random.nextBoolean()) {
				String message = Integer.toString(i).repeat(random.nextInt(12));
				if (this.backlog.offer(message)) {
					expected.add(message);
				}
				else {
					refused++;
				}
			}
			else {
				assertThat(this.backlog.poll(NOW)).isEqualTo(expected.poll());
			}
		}
		assertThat(refused).isPositive();
	}

	@Test
	void whenFullShouldRefuseUntilThereIsRoom() throws InterruptedException {
		assertThat(this.backlog.offer("x".repeat(97))).isFalse();
		assertThat(this.backlog.offer("x".repeat(96))).isTrue();
		assertThat(this.backlog.offer("")).isFalse();
		assertThat(this.backlog.poll(NOW)).hasSize(96);
		assertThat(this.backlog.offer("")).isTrue();
		assertThat(this.backlog.poll(NOW)).isEmpty();
		assertThat(this.backlog.poll(NOW)).isNull();
	}

	@Test
	void whenMessageComesShouldWakeWhoWaits() {
		CompletableFuture<String> taken = CompletableFuture.supplyAsync(this::await);
		assertThat(this.backlog.offer("a")).isTrue();
		assertThat(taken.join()).isEqualTo("a");
	}

	@Test
	void whenClosedShouldTakeAndGiveNothing() {
		assertThat(this.backlog.offer("a")).isTrue();
		this.backlog.close();
		assertThat(this.backlog.isClosed()).isTrue();
		assertThat(this.backlog.offer("b")).isFalse();
		assertThat(await()).isEqualTo("nothing");
	}

	private String await() {
		try {
			String message = this.backlog.poll(Duration.ofMinutes(1));
			return (message != null) ? message : "nothing";
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
