package io.freehold.sample.web;

import java.io.IOException;

import io.freehold.AllocationException;
import io.freehold.sample.objects.CompressedBody;
import io.freehold.sample.objects.Compressor;
import io.freehold.sample.objects.Description;
import io.freehold.sample.objects.ObjectException;
import io.freehold.sample.objects.ObjectStore;
import io.freehold.sample.objects.Precondition;
import io.freehold.sample.objects.SampleProperties;
import io.freehold.sample.objects.StoredObject;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.WebRequest;

/**
 * Objects over HTTP. Bodies pass through buffers of the request allocator in both
 * directions and are never collected on the heap.
 */
@RestController
@RequestMapping("/objects")
class ObjectController {

	private static final int MAX_LISTED = 10_000;

	private final ObjectStore store;

	private final Compressor compressor;

	private final long maxObjectSize;

	ObjectController(ObjectStore store, Compressor compressor, SampleProperties properties) {
		this.store = store;
		this.compressor = compressor;
		this.maxObjectSize = properties.maxObjectSize().toBytes();
	}

	@PutMapping("/{key}")
	ResponseEntity<Void> put(@PathVariable String key, @RequestHeader HttpHeaders headers, HttpServletRequest request)
			throws IOException {
		Description description = Description.of(key, request.getContentType());
		requirePlain(request);
		CompressedBody body = read(request);
		boolean created = this.store.put(description, body, Precondition.of(headers));
		return ResponseEntity.status(created ? HttpStatus.CREATED : HttpStatus.NO_CONTENT).eTag(body.etag()).build();
	}

	/** Answers HEAD too, which Spring maps here. */
	@GetMapping("/{key}")
	void get(@PathVariable String key, WebRequest request, HttpMethod method, HttpServletResponse response)
			throws IOException {
		try (StoredObject object = this.store.find(key)) {
			if (object == null) {
				throw ObjectException.notFound(key);
			}
			if (request.checkNotModified(object.etag())) {
				return;
			}
			// what forwards to here may have chosen one
			response.setCharacterEncoding((String) null);
			response.setContentType(object.contentType());
			response.setContentLengthLong(object.size());
			response.setHeader("X-Content-Type-Options", "nosniff");
			if (method != HttpMethod.HEAD) {
				this.compressor.decompress(object.bytes(), response.getOutputStream()::write);
			}
		}
		catch (AllocationException ex) {
			// nothing was written yet; the headers so far are those of the object
			response.reset();
			throw ObjectException.busy(ex);
		}
	}

	@DeleteMapping("/{key}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void delete(@PathVariable String key, @RequestHeader HttpHeaders headers) {
		if (!this.store.remove(key, Precondition.of(headers))) {
			throw ObjectException.notFound(key);
		}
	}

	@GetMapping
	ObjectListing list(@RequestParam(defaultValue = "1000") int limit) {
		if (limit < 0 || limit > MAX_LISTED) {
			throw ObjectException.badRequest("The limit must be between 0 and " + MAX_LISTED + ".", null);
		}
		return ObjectListing.of(this.store, limit);
	}

	@DeleteMapping
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void clear() {
		this.store.clear();
	}

	private CompressedBody read(HttpServletRequest request) throws IOException {
		if (request.getContentLengthLong() > this.maxObjectSize) {
			throw ObjectException.tooLarge(this.maxObjectSize);
		}
		try {
			return this.compressor.compress(request.getInputStream()::read, this.maxObjectSize);
		}
		catch (AllocationException ex) {
			throw (ex.reason() == AllocationException.Reason.CLOSED) ? ObjectException.shuttingDown(ex)
					: ObjectException.noRoom(ex);
		}
	}

	private static void requirePlain(HttpServletRequest request) {
		String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
		if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
			throw ObjectException.encoded(encoding);
		}
		if (request.getHeader(HttpHeaders.CONTENT_RANGE) != null) {
			throw ObjectException.badRequest("An object is stored as a whole, not by ranges.", null);
		}
	}

}
