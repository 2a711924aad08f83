package io.freehold.sample.feed;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

import io.freehold.sample.objects.ObjectChange;
import io.freehold.sample.objects.ObjectException;
import io.freehold.sample.objects.ObjectStore;
import io.freehold.sample.objects.StoredObject;

import org.springframework.context.event.EventListener;
import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.annotation.DurationFormat.Style;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.util.UriUtils;

/**
 * Waits for objects that are not there yet: whoever puts one answers all that wait for
 * it, with what a plain request would get then.
 */
@Controller
class ArrivalController {

	private final ReentrantLock lock = new ReentrantLock();

	/** Those that wait for a key. Guarded by the lock. */
	private final Map<String, Set<DeferredResult<String>>> waiting = new HashMap<>();

	private final ObjectStore store;

	private final FeedProperties properties;

	ArrivalController(ObjectStore store, FeedProperties properties) {
		this.store = store;
		this.properties = properties;
	}

	@GetMapping("/arrivals/{key}")
	DeferredResult<String> get(@PathVariable String key,
			@RequestParam(defaultValue = "10s") @DurationFormat(style = Style.SIMPLE) Duration wait) {
		if (wait.isNegative() || wait.compareTo(this.properties.maxWait()) > 0) {
			throw ObjectException.badRequest(
					"The time to wait must be between 0s and " + this.properties.maxWait().toSeconds() + "s.", null);
		}
		// servers take zero for no limit at all
		DeferredResult<String> result = new DeferredResult<>(Math.max(1, wait.toMillis()));
		result.onTimeout(() -> result.setErrorResult(ObjectException.notFound(key)));
		result.onCompletion(() -> remove(key, result));
		add(key, result);
		// it may have come before anybody knew of this one
		if (isThere(key)) {
			result.setResult(view(key));
		}
		return result;
	}

	@EventListener
	void changed(ObjectChange change) {
		if (change.kind() == ObjectChange.Kind.PUT) {
			removeAll(change.key()).forEach((result) -> result.setResult(view(change.key())));
		}
	}

	/** Returns how many requests are waiting. */
	int waiting() {
		this.lock.lock();
		try {
			return this.waiting.values().stream().mapToInt(Set::size).sum();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void add(String key, DeferredResult<String> result) {
		this.lock.lock();
		try {
			Set<DeferredResult<String>> results = this.waiting.get(key);
			if (results == null) {
				results = new HashSet<>();
				this.waiting.put(key, results);
			}
			results.add(result);
		}
		finally {
			this.lock.unlock();
		}
	}

	private Set<DeferredResult<String>> removeAll(String key) {
		this.lock.lock();
		try {
			Set<DeferredResult<String>> results = this.waiting.remove(key);
			return (results != null) ? results : Set.of();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void remove(String key, DeferredResult<String> result) {
		this.lock.lock();
		try {
			Set<DeferredResult<String>> results = this.waiting.get(key);
			if (results != null) {
				results.remove(result);
				if (results.isEmpty()) {
					this.waiting.remove(key);
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean isThere(String key) {
		try (StoredObject object = this.store.find(key)) {
			return object != null;
		}
	}

	private static String view(String key) {
		return "forward:/objects/" + UriUtils.encodePathSegment(key, StandardCharsets.UTF_8);
	}

}
