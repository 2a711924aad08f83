package io.freehold.spring.sync;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class StackSafeLockTests {

	private static final long DEADLINE_SECONDS = 60;

	/**
	 * All interpreted, all compiled as usual, and the worst case: the check is compiled
	 * and needs little stack, what follows is interpreted and needs much.
	 */
	@ParameterizedTest
	@CsvSource({ "-Xint, 0", "-XX:+UseSerialGC, 50000",
			"-XX:CompileCommand=compileonly;*.StackSafeLock::reserve, 50000" })
	void whenStackEndsAtAnyDepthShouldNotStayLocked(String option, int before) throws Exception {
		assertThat(run(option.replace(';', ','), before)).contains("0 of 100 locked");
	}

	private static List<String> run(String option, int before) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(List.of(option, "-cp",
				Path.of("target", "classes") + File.pathSeparator + Path.of("target", "test-classes"),
				DeepLocking.class.getName(), Integer.toString(before)));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		try {
			List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
				.toList();
			assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
			return lines;
		}
		finally {
			process.destroyForcibly();
		}
	}

	@Test
	void whenTakenTwiceShouldHaveToBeGivenBackTwice() {
		StackSafeLock lock = new StackSafeLock();
		lock.lock();
		lock.lock();
		lock.unlock();
		assertThat(lock.isLocked()).isTrue();
		lock.unlock();
		assertThat(lock.isLocked()).isFalse();
	}

	@Test
	void whenAnotherThreadHoldsItShouldWait() throws InterruptedException {
		StackSafeLock lock = new StackSafeLock();
		AtomicInteger order = new AtomicInteger();
		CountDownLatch begun = new CountDownLatch(1);
		lock.lock();
		Thread waiting = Thread.ofVirtual().start(() -> {
			begun.countDown();
			lock.lock();
			order.compareAndSet(1, 2);
			lock.unlock();
		});
		begun.await();
		order.set(1);
		lock.unlock();
		assertThat(waiting.join(Duration.ofSeconds(DEADLINE_SECONDS))).isTrue();
		assertThat(order).hasValue(2);
	}

}
