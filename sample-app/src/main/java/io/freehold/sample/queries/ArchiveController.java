package io.freehold.sample.queries;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

import io.freehold.Allocator;
import io.freehold.sample.objects.ObjectStore;
import io.freehold.spring.RequestAllocator;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/**
 * All objects in one archive, streamed as it is made.
 */
@RestController
class ArchiveController {

	private final ObjectStore store;

	private final Allocator allocator;

	ArchiveController(ObjectStore store, @RequestAllocator Allocator allocator) {
		this.store = store;
		this.allocator = allocator;
	}

	@GetMapping("/archive")
	ResponseEntity<StreamingResponseBody> archive() {
		return ResponseEntity.ok()
			.contentType(MediaType.valueOf("application/zip"))
			.header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"objects.zip\"")
			.body(this::write);
	}

	private void write(OutputStream out) throws IOException {
		ZipWriter zip = new ZipWriter(this.allocator, out);
		// no key shall lead out of the directory that the archive is unpacked in
		this.store.read((key, object) -> zip.add(URLEncoder.encode(key, StandardCharsets.UTF_8), object));
		zip.finish();
	}

}
