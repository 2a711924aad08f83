package io.freehold.sample.imports;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import io.freehold.sample.objects.CompressedBody;
import io.freehold.sample.objects.Description;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.KeyHolder;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Repository;

/**
 * What was imported and when, for the last imports.
 */
@Repository
class ImportLog {

	static final int KEPT = 1000;

	private final JdbcClient jdbc;

	ImportLog(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/** Adds an import of no objects yet, and returns its id. */
	long begin() {
		KeyHolder id = new GeneratedKeyHolder();
		this.jdbc.sql("insert into imports (started) values (current_timestamp)").update(id, "id");
		return Objects.requireNonNull(id.getKey()).longValue();
	}

	/**
	 * Adds an object to an import.
	 * @throws org.springframework.dao.DuplicateKeyException if the import has one of the
	 * same key
	 */
	void add(long id, Description description, CompressedBody body) {
		this.jdbc.sql(
				"insert into imported_objects (import_id, object_key, content_type, etag, size) values (?, ?, ?, ?, ?)")
			.params(id, description.key(), description.contentType(), body.etag(), body.size())
			.update();
	}

	List<Import> latest(int limit) {
		return this.jdbc.sql("""
				select id, started, count(object_key) as objects, coalesce(sum(size), 0) as size
				from imports left join imported_objects on id = import_id
				group by id, started order by id desc limit ?""").param(limit).query(ImportLog::read).list();
	}

	Optional<Import> find(long id) {
		return this.jdbc.sql("""
				select id, started, count(object_key) as objects, coalesce(sum(size), 0) as size
				from imports left join imported_objects on id = import_id
				where id = ? group by id, started""").param(id).query(ImportLog::read).optional();
	}

	private static Import read(ResultSet row, int number) throws SQLException {
		return new Import(row.getLong("id"), row.getObject("started", OffsetDateTime.class), row.getInt("objects"),
				row.getLong("size"));
	}

	/** Forgets all imports but the last ones. */
	@Scheduled(fixedDelayString = "${sample.imports.trim-interval}")
	void trim() {
		this.jdbc.sql("delete from imports where id <= (select max(id) from imports) - ?").param(KEPT).update();
	}

}
