package io.freehold.sample.queries;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

import io.freehold.sample.objects.ObjectException;
import io.freehold.sample.objects.ObjectStore;
import io.freehold.sample.objects.StoredObject;
import io.freehold.sample.queries.Checksums.Sums;
import io.freehold.sample.queries.Search.Hit;
import io.freehold.sample.queries.Words.Count;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Questions about objects: what takes long does not take it from the server's threads.
 */
@RestController
class QueryController {

	private static final int MAX_TEXT_LENGTH = 256;

	private static final int MAX_LISTED = 1000;

	private final Search search;

	private final Checksums checksums;

	private final Words words;

	private final ObjectStore store;

	QueryController(Search search, Checksums checksums, Words words, ObjectStore store) {
		this.search = search;
		this.checksums = checksums;
		this.words = words;
		this.store = store;
	}

	@GetMapping("/search")
	Callable<List<Hit>> search(@RequestParam String text) {
		byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
		if (wanted.length == 0 || wanted.length > MAX_TEXT_LENGTH) {
			throw ObjectException.badRequest("The text must have 1 to " + MAX_TEXT_LENGTH + " bytes.", null);
		}
		return () -> this.search.find(wanted, MAX_LISTED);
	}

	@GetMapping("/objects/{key}/checksums")
	CompletableFuture<Sums> checksums(@PathVariable String key) {
		return this.checksums.of(key);
	}

	@GetMapping("/objects/{key}/words")
	Count words(@PathVariable String key, @RequestParam(defaultValue = "10") int limit) throws IOException {
		if (limit < 0 || limit > MAX_LISTED) {
			throw ObjectException.badRequest("The limit must be between 0 and " + MAX_LISTED + ".", null);
		}
		try (StoredObject object = this.store.find(key)) {
			if (object == null) {
				throw ObjectException.notFound(key);
			}
			return this.words.count(object, limit);
		}
	}

}
