create table imports (
	id bigint generated always as identity primary key,
	started timestamp with time zone not null
);

create table imported_objects (
	import_id bigint not null references imports (id) on delete cascade,
	object_key varchar(512) not null,
	content_type varchar(256) not null,
	etag varchar(80) not null,
	size bigint not null,
	primary key (import_id, object_key)
);
