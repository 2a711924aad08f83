package io.freehold.sample.load;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.freehold.sample.Bodies;
import io.freehold.sample.CacheClient;
import io.freehold.sample.SampleApplication;
import io.freehold.sample.load.Script.Shared;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Puts the application under the load of many clients that make all kinds of requests,
 * every tenth of which is cut off, and expects right answers meanwhile and nothing left
 * afterwards. {@code sample.load.clients}, {@code .duration} and {@code .seed} are system
 * properties.
 */
@ExtendWith(OutputCaptureExtension.class)
class LoadTests {

	private static final int CLIENTS = Integer.getInteger("sample.load.clients", 50);

	private static final Duration DURATION = DurationStyle
		.detectAndParse(System.getProperty("sample.load.duration", "10s"));

	private static final long SEED = Long.getLong("sample.load.seed", new Random().nextLong());

	/**
	 * No session is idle for so long while there is load, however long a client has to
	 * wait for its turn.
	 */
	private static final Duration IDLE = DURATION.plusSeconds(20);

	/** No feed lasts for so long: those that are aborted have to end before. */
	private static final Duration FEED = Duration.ofHours(1);

	/** For what was aborted to be noticed, and sessions that nobody knows to be idle. */
	private static final Duration DRAIN = IDLE.plusMinutes(1);

	private static final String[] SCOPES = { "request", "session", "thread", "transaction", "method" };

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whenManyClientsComeAndGoShouldAnswerRightAndKeepNothing(boolean virtualThreads, CapturedOutput output)
			throws Exception {
		System.out.println("seed: " + SEED);
		try (ConfigurableApplicationContext application = start(virtualThreads)) {
			int port = Objects.requireNonNull(((WebServerApplicationContext) application).getWebServer()).getPort();
			try (CacheClient control = new CacheClient(port)) {
				Tally tally = run(port, control);
				assertThat(tally.fewest()).as("requests of the rarest kind").isPositive();
				expectNothingLeft(control);
			}
		}
		assertThat(output.getAll().lines()).noneMatch((line) -> line.contains(" ERROR ") || line.contains(" WARN "));
	}

	private static ConfigurableApplicationContext start(boolean virtualThreads) {
		return SpringApplication.run(SampleApplication.class, "--server.port=0",
				"--spring.threads.virtual.enabled=" + virtualThreads,
				// so that what happens now and then happens under load
				"--freehold.scopes.session.limit-per-instance=256KB",
				"--freehold.scopes.session.idle-timeout=" + IDLE.toSeconds() + "s", "--sample.feed.heartbeat=200ms",
				"--sample.feed.timeout=" + FEED.toSeconds() + "s",
				// as slow as the machine may be, nobody is to be dropped
				"--sample.feed.backlog=256KB", "--sample.imports.trim-interval=1s",
				"--sample.recompression.interval=20ms", "--sample.recompression.unused=10ms",
				// warns if the machine is too slow to seed its random numbers in time
				"--logging.level.org.apache.catalina.util.SessionIdGeneratorBase=error");
	}

	private static Tally run(int port, CacheClient control) throws Exception {
		Shared shared = new Shared(Bodies.random(1 << 20),
				"how many words are these ".repeat(2000).getBytes(StandardCharsets.US_ASCII));
		assertThat(control.put(Script.SHARED, shared.bytes()).statusCode()).isEqualTo(201);
		assertThat(control.put(Script.SHARED_TEXT, shared.text()).statusCode()).isEqualTo(201);
		Tally tally = new Tally();
		Deadline deadline = new Deadline(DURATION);
		List<Future<?>> clients = new ArrayList<>();
		try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int i = 0; i < CLIENTS; i++) {
				Client client = new Client(port, i, new Random(SEED + i), tally);
				clients.add(executor.submit(() -> use(client, shared, deadline)));
			}
		}
		System.out.println(tally.summary(deadline.seconds()));
		for (Future<?> client : clients) {
			client.get();
		}
		return tally;
	}

	/** Does what one client does, until the time is over. */
	private static Void use(Client client, Shared shared, Deadline deadline) throws Exception {
		try (client) {
			Script script = new Script(client, shared);
			script.begin();
			do {
				script.run(deadline);
			}
			while (!deadline.isOver());
			script.end();
			return null;
		}
		catch (Exception | Error ex) {
			deadline.fail();
			throw ex;
		}
	}

	/** What was aborted may be at work for a while. */
	private static void expectNothingLeft(CacheClient control) throws InterruptedException {
		Deadline deadline = new Deadline(DRAIN);
		control.deleteAll();
		while (!isDrained(control.json("/actuator/allocators").get("root"))) {
			assertThat(deadline.isOver()).as(() -> control.text("/actuator/allocators").body()).isFalse();
			Thread.sleep(100);
			control.deleteAll();
		}
		JsonNode root = control.json("/actuator/allocators").get("root");
		for (JsonNode allocator : root.get("children")) {
			assertThat(allocator.get("leakedBlocks").asLong()).as(allocator::toString).isZero();
		}
		for (String scope : SCOPES) {
			assertThat(control.allocator("root/" + scope).get("peak").asLong()).as(scope).isPositive();
		}
	}

	private static boolean isDrained(JsonNode allocator) {
		boolean drained = allocator.get("used").asLong() == 0 && allocator.get("liveBlocks").asLong() == 0
				&& allocator.get("openRegions").asLong() == 0;
		for (JsonNode child : allocator.get("children")) {
			drained &= isDrained(child);
		}
		return drained;
	}

}
