package io.freehold.sample.imports;

import java.lang.foreign.MemorySegment;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Random;

import io.freehold.AllocationException;
import io.freehold.sample.Bodies;
import io.freehold.sample.CacheClient;
import io.freehold.sample.FaultyAlloc;
import io.freehold.sample.SampleTest;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Region;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for imports, over HTTP and with a backend that refuses.
 */
@SampleTest
class ImportControllerTests {

	private final CacheClient client;

	private final ImportLog log;

	private final TransactionTemplate transactions;

	private final ApplicationEventPublisher events;

	ImportControllerTests(@LocalServerPort int port, @Autowired ImportLog log,
			@Autowired TransactionTemplate transactions, @Autowired ApplicationEventPublisher events) {
		this.client = new CacheClient(port);
		this.log = log;
		this.transactions = transactions;
		this.events = events;
	}

	@AfterEach
	void nothingIsLeft() {
		this.client.awaitIdle("root/transaction");
		this.client.expectNothingLeft();
		this.client.close();
	}

	@Test
	void whenCommittedShouldPublishAndRemember() {
		HttpResponse<String> response = post("a,text/plain,to be, or not\nb,text/html,<b>\n\u00e4,text/plain,");
		assertThat(response.statusCode()).as(response::body).isEqualTo(201);
		String path = response.headers().firstValue("Location").orElseThrow();
		assertThat(response.body()).endsWith("\"objects\":3,\"published\":3}");
		assertThat(this.client.text("/objects/a").body()).isEqualTo("to be, or not");
		assertThat(this.client.text("/objects/b").headers().firstValue("Content-Type")).contains("text/html");
		assertThat(this.client.text("/objects/%C3%A4").body()).isEmpty();
		JsonNode remembered = this.client.json(path);
		assertThat(remembered.get("objects").asInt()).isEqualTo(3);
		assertThat(remembered.get("size").asInt()).isEqualTo(16);
		assertThat(this.client.json("/imports").get(0)).isEqualTo(remembered);
	}

	@Test
	void whenOneLineIsBadShouldChangeNothing() {
		long before = imports();
		HttpResponse<String> response = post("a,text/plain,1\nb,text/plain,2\nbad\n");
		assertThat(this.client.problem(response).get("detail").asString()).startsWith("Line 3 cannot be imported: ");
		response = post("a,text/plain,1\nb,text/plain,2\na,text/plain,3\n");
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.body()).contains("Line 3", "the key is the same");
		response = post("a,text/plain,1\n".repeat(Imports.MAX_LINES + 1));
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(imports()).isEqualTo(before);
		assertThat(this.client.json("/objects").get("count").asInt()).isZero();
	}

	@Test
	void whenTransactionMayNotHaveTheMemoryShouldChangeNothing() {
		long before = imports();
		StringBuilder csv = new StringBuilder("small,text/plain,x\nlarge,text/plain,");
		new Random(1).ints(400_000, 'a', 'z').forEach((letter) -> csv.append((char) letter));
		HttpResponse<String> response = post(csv.toString());
		assertThat(this.client.problem(response).get("status").asInt()).isEqualTo(503);
		assertThat(imports()).isEqualTo(before);
		assertThat(this.client.text("/objects/small").statusCode()).isEqualTo(404);
	}

	@Test
	void whenFileIsEmptyShouldImportNothing() {
		assertThat(post("").body()).endsWith("\"objects\":0,\"published\":0}");
		assertThat(this.client.text("/imports/0").statusCode()).isEqualTo(404);
	}

	@Test
	void whenThereAreManyImportsShouldForgetTheFirst() {
		long first = this.log.begin();
		for (int i = 0; i < ImportLog.KEPT; i++) {
			this.log.begin();
		}
		this.log.trim();
		assertThat(this.log.find(first)).isEmpty();
		assertThat(this.log.find(first + 1)).isPresent();
	}

	@Test
	void whenBackendRefusesAnyAllocationShouldRollBackAndLeakNothing() {
		byte[] csv = ("a,text/plain," + "x".repeat(100) + "\nb,text/plain,"
				+ new String(Bodies.random(20_000), StandardCharsets.ISO_8859_1).replace('\n', ' '))
			.getBytes(StandardCharsets.UTF_8);
		boolean refused = true;
		for (int untilFault = 0; refused; untilFault++) {
			FaultyAlloc backend = new FaultyAlloc(untilFault);
			long before = imports();
			this.client.deleteAll();
			try (ManagedAllocator faulty = ManagedAllocator.root(backend, (spec) -> {
			}); Region region = faulty.openRegion()) {
				Imports imports = new Imports(this.log, region, this.events);
				this.transactions.executeWithoutResult((_) -> imports.run(MemorySegment.ofArray(csv)));
				assertThat(imports()).isEqualTo(before + 1);
			}
			catch (AllocationException ex) {
				assertThat(imports()).isEqualTo(before);
				assertThat(this.client.json("/objects").get("count").asInt()).isZero();
			}
			refused = backend.hasRefused();
			assertThat(untilFault).isLessThan(100);
		}
		assertThat(this.client.json("/objects").get("count").asInt()).isEqualTo(2);
	}

	private HttpResponse<String> post(String csv) {
		return this.client.send("POST", "/imports", csv, "Content-Type", "text/csv");
	}

	private long imports() {
		return this.log.latest(Integer.MAX_VALUE).size();
	}

}
