package io.freehold.sample.feed;

import java.time.Duration;

import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Region;
import io.freehold.sample.objects.ObjectChange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.unit.DataSize;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of the clients of {@link ChangeController} whose end nobody tells of.
 */
class ChangeControllerTests {

	private static final FeedProperties PROPERTIES = new FeedProperties(Duration.ofMillis(10), Duration.ofHours(1),
			DataSize.ofKilobytes(1), Duration.ofSeconds(1));

	private static final ObjectChange CHANGE = new ObjectChange(ObjectChange.Kind.REMOVED, "a", "etag");

	private final JsonMapper json = JsonMapper.builder().build();

	@Test
	@Timeout(30)
	void whenNothingCanBeSentShouldForgetTheClient() {
		try (ManagedAllocator root = ManagedAllocator.root(Backends.get("system"), (spec) -> {
		}); Region request = root.openSharedRegion()) {
			ChangeController controller = new ChangeController(request, PROPERTIES, this.json);
			SseEmitter emitter = controller.changes();
			assertThat(controller.subscribers()).isOne();
			// without a server there are no callbacks
			emitter.complete();
			awaitNoSubscribers(controller);
		}
	}

	@Test
	@Timeout(30)
	void whenMemoryOfTheRequestHasEndedShouldLetGoOfTheClient() {
		try (ManagedAllocator root = ManagedAllocator.root(Backends.get("system"), (spec) -> {
		})) {
			Region request = root.openSharedRegion();
			Backlog backlog = new Backlog(request.allocate(Layout.ofBytes(100)));
			Subscriber subscriber = new Subscriber(new SseEmitter(), backlog, Duration.ofHours(1));
			request.close();
			subscriber.tell(this.json.writeValueAsString(CHANGE));
			assertThat(backlog.isClosed()).isTrue();
		}
	}

	private static void awaitNoSubscribers(ChangeController controller) {
		while (controller.subscribers() > 0) {
			Thread.onSpinWait();
		}
	}

}
