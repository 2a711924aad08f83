package io.freehold.sample.feed;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.sample.objects.ObjectChange;
import io.freehold.spring.RequestAllocator;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * A feed of all changes as server-sent events. What waits to be sent to a client lies in
 * the memory of its request, for as long as that lasts.
 */
@RestController
class ChangeController {

	private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();

	private final Allocator allocator;

	private final FeedProperties properties;

	private final JsonMapper json;

	/** Set once, when the application shuts down. */
	private volatile boolean closed;

	ChangeController(@RequestAllocator Allocator allocator, FeedProperties properties, JsonMapper json) {
		this.allocator = allocator;
		this.properties = properties;
		this.json = json;
	}

	@GetMapping("/changes")
	SseEmitter changes() {
		Backlog backlog = new Backlog(this.allocator.allocate(Layout.ofBytes(this.properties.backlog().toBytes())));
		SseEmitter emitter = new SseEmitter(this.properties.timeout().toMillis());
		Subscriber subscriber = new Subscriber(emitter, backlog, this.properties.heartbeat());
		emitter.onTimeout(emitter::complete);
		// before the memory of the request ends
		emitter.onError((_) -> subscriber.end());
		emitter.onCompletion(subscriber::end);
		this.subscribers.add(subscriber);
		Thread.ofVirtual().name("subscriber").start(() -> serve(subscriber));
		if (this.closed) {
			subscriber.end();
		}
		return emitter;
	}

	private void serve(Subscriber subscriber) {
		try {
			subscriber.run();
		}
		finally {
			// a client that has gone early is not always told of by the server
			this.subscribers.remove(subscriber);
		}
	}

	@EventListener
	void changed(ObjectChange change) {
		if (!this.subscribers.isEmpty()) {
			String text = this.json.writeValueAsString(change);
			this.subscribers.forEach((subscriber) -> subscriber.tell(text));
		}
	}

	/** Returns how many clients are told of changes. */
	int subscribers() {
		return this.subscribers.size();
	}

	/** Lets go of all clients, which a graceful shutdown would wait for. */
	@EventListener(ContextClosedEvent.class)
	void close() {
		this.closed = true;
		this.subscribers.forEach(Subscriber::end);
	}

}
