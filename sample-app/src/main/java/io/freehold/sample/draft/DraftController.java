package io.freehold.sample.draft;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.sample.objects.CompressedBody;
import io.freehold.sample.objects.Compressor;
import io.freehold.sample.objects.Description;
import io.freehold.sample.objects.ObjectStore;
import io.freehold.sample.objects.Precondition;
import io.freehold.sample.objects.SampleProperties;
import io.freehold.sample.web.RequestBody;
import io.freehold.spring.RequestAllocator;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * The draft of the session over HTTP. Nobody waits for the network with the draft in
 * hand: bodies are read into the memory of the request before, and copied to it before
 * they are sent.
 */
@RestController
@RequestMapping("/draft")
class DraftController {

	private final Drafts drafts;

	private final RequestBody bodies;

	private final Allocator request;

	private final Compressor compressor;

	private final ObjectStore store;

	private final long maxSize;

	DraftController(Drafts drafts, RequestBody bodies, @RequestAllocator Allocator request, Compressor compressor,
			ObjectStore store, SampleProperties properties) {
		this.drafts = drafts;
		this.bodies = bodies;
		this.request = request;
		this.compressor = compressor;
		this.store = store;
		this.maxSize = properties.maxObjectSize().toBytes();
	}

	@PutMapping
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void replace(HttpServletRequest request) throws IOException {
		String contentType = Description.contentType(request.getContentType());
		MemorySegment bytes = this.bodies.read(request.getInputStream()::read, this.maxSize);
		this.drafts.begin(request).replace(contentType, bytes);
	}

	@PostMapping
	Size append(HttpServletRequest request) throws IOException {
		Draft draft = this.drafts.find(request);
		MemorySegment bytes = this.bodies.read(request.getInputStream()::read, this.maxSize);
		return new Size(draft.append(bytes, this.maxSize));
	}

	@GetMapping
	void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
		ByteBuffer bytes = this.drafts.find(request).read((contentType, draft) -> {
			MemorySegment copy = this.request.allocate(Layout.ofBytes(draft.byteSize())).copyFrom(draft);
			response.setContentType(contentType);
			return copy.asByteBuffer();
		});
		response.setContentLength(bytes.remaining());
		response.setHeader("X-Content-Type-Options", "nosniff");
		response.getOutputStream().write(bytes);
	}

	@PostMapping("/publish")
	ResponseEntity<Void> publish(@RequestParam String key, @RequestHeader HttpHeaders headers,
			HttpServletRequest request) throws IOException {
		return this.drafts.find(request).publish((contentType, draft) -> {
			CompressedBody body = this.compressor.compress(draft);
			boolean created = this.store.put(Description.of(key, contentType), body, Precondition.of(headers));
			return ResponseEntity.status(created ? HttpStatus.CREATED : HttpStatus.NO_CONTENT)
				.eTag(body.etag())
				.build();
		});
	}

	@DeleteMapping
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void discard(HttpServletRequest request) {
		this.drafts.find(request).discard();
	}

	/**
	 * What a change of the draft answers.
	 *
	 * @param size the size of the whole draft, in bytes
	 */
	record Size(long size) {

	}

}
