package io.freehold.sample;

import java.io.IOException;

import io.freehold.AllocationException;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.ServletWebRequest;

/**
 * Objects over HTTP. Bodies pass through buffers of the request allocator in both
 * directions and are never collected on the heap.
 */
@RestController
@RequestMapping("/objects")
class ObjectController {

	private final ObjectStore store;

	private final Compressor compressor;

	private final long maxObjectSize;

	ObjectController(ObjectStore store, Compressor compressor, SampleProperties properties) {
		this.store = store;
		this.compressor = compressor;
		this.maxObjectSize = properties.maxObjectSize().toBytes();
	}

	@PutMapping("/{key}")
	ResponseEntity<Void> put(@PathVariable String key, HttpServletRequest request) throws IOException {
		requirePlain(request);
		String contentType = contentType(request);
		CompressedBody body = read(request);
		boolean created = this.store.put(key, contentType, body);
		return ResponseEntity.status(created ? HttpStatus.CREATED : HttpStatus.NO_CONTENT).eTag(body.etag()).build();
	}

	/** Answers HEAD too, which Spring maps here. */
	@GetMapping("/{key}")
	void get(@PathVariable String key, HttpServletRequest request, HttpServletResponse response) throws IOException {
		try (StoredObject object = this.store.find(key)) {
			if (object == null) {
				throw ObjectException.notFound(key);
			}
			if (new ServletWebRequest(request, response).checkNotModified(object.etag())) {
				return;
			}
			response.setContentType(object.contentType());
			response.setContentLengthLong(object.size());
			response.setHeader("X-Content-Type-Options", "nosniff");
			if (!HttpMethod.HEAD.matches(request.getMethod())) {
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
	void delete(@PathVariable String key) {
		if (!this.store.remove(key)) {
			throw ObjectException.notFound(key);
		}
	}

	@GetMapping
	ObjectListing list() {
		return ObjectListing.of(this.store);
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
			throw ObjectException.noRoom(ex);
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

	private static String contentType(HttpServletRequest request) {
		String contentType = request.getContentType();
		try {
			return (contentType != null) ? MediaType.parseMediaType(contentType).toString()
					: MediaType.APPLICATION_OCTET_STREAM_VALUE;
		}
		catch (InvalidMediaTypeException ex) {
			throw ObjectException.badRequest("The content type cannot be parsed: " + ex.getMessage(), ex);
		}
	}

}
