package io.freehold.sample.imports;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.util.List;

import io.freehold.sample.objects.ObjectException;
import io.freehold.sample.objects.SampleProperties;
import io.freehold.sample.web.RequestBody;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Imports over HTTP. The file is read before the transaction begins, so that no slow
 * client holds a database connection.
 */
@RestController
@RequestMapping("/imports")
class ImportController {

	private static final int LISTED = 100;

	private final Imports imports;

	private final ImportLog log;

	private final RequestBody bodies;

	private final long maxSize;

	ImportController(Imports imports, ImportLog log, RequestBody bodies, SampleProperties properties) {
		this.imports = imports;
		this.log = log;
		this.bodies = bodies;
		this.maxSize = properties.maxObjectSize().toBytes();
	}

	@PostMapping
	ResponseEntity<Outcome> run(HttpServletRequest request) throws IOException {
		MemorySegment csv = this.bodies.read(request.getInputStream()::read, this.maxSize);
		Staging staging = this.imports.run(csv);
		return ResponseEntity.created(URI.create("/imports/" + staging.id()))
			.body(new Outcome(staging.id(), staging.size(), staging.published()));
	}

	@GetMapping
	List<Import> list() {
		return this.log.latest(LISTED);
	}

	@GetMapping("/{id}")
	Import get(@PathVariable long id) {
		return this.log.find(id).orElseThrow(() -> ObjectException.missing("There is no import " + id + "."));
	}

	/**
	 * What an import answers.
	 *
	 * @param id its id
	 * @param objects how many objects it has
	 * @param published how many of them the store has taken
	 */
	record Outcome(long id, int objects, int published) {

	}

}
