-- Made by `node scripts/generate-schema.ts`; changes belong into src/database/migrations.

CREATE TABLE "blob_chunks" (
  "blob_id" text not null references "blobs" ("id"),
  "position" integer not null,
  "content" blob not null,
  constraint "blob_chunks_key" primary key ("blob_id", "position")
);

CREATE TABLE "blob_holds" (
  "id" text not null primary key,
  "blob_id" text not null references "blobs" ("id"),
  "purpose" text not null,
  "held_at" integer not null
);

CREATE INDEX "blob_holds_by_blob" on "blob_holds" ("blob_id");

CREATE TABLE "blobs" (
  "id" text not null primary key,
  "hash" text not null unique,
  "size" integer not null,
  "refs" integer not null
);

CREATE TABLE "compute_nodes" (
  "entry" text not null primary key,
  "position" integer not null
);

CREATE TABLE "logins" (
  "id" text not null primary key,
  "username" text not null,
  "username_key" text not null,
  "login_session_id" text not null,
  "login_at" integer not null,
  "last_use" integer not null,
  "revoked" integer not null,
  "generation" integer not null,
  "refresh_token_hash" text not null
);

CREATE INDEX "logins_by_use" on "logins" ("last_use");

CREATE INDEX "logins_by_user" on "logins" ("username_key");

CREATE TABLE "schema_versions" (
  "version" integer not null primary key,
  "name" text not null,
  "applied_at" integer not null
);

CREATE TABLE "services" (
  "name" text not null,
  "version" text not null,
  "published_by" text not null,
  "created_at" integer not null,
  "revision" integer not null,
  "runtime" text not null,
  "code" text not null,
  "init_code" text,
  "description" text,
  "operation_id" text,
  "inputs" text not null,
  "outputs" text not null,
  "output_file_names" text not null,
  "snapshot_id" text,
  "snapshot_blob" text references "blobs" ("hash"),
  constraint "services_key" primary key ("name", "version")
);

CREATE TABLE "sessions" (
  "id" text not null primary key,
  "name" text not null,
  "owner" text not null,
  "owner_key" text not null,
  "runtime" text not null,
  "node" text not null,
  "created_at" integer not null,
  "gone_at" integer
);

CREATE INDEX "sessions_by_owner" on "sessions" ("owner_key");

CREATE TABLE "settings" (
  "key" text not null primary key,
  "value" text not null
);

CREATE TABLE "snapshots" (
  "id" text not null primary key,
  "name" text not null,
  "owner" text not null,
  "owner_key" text not null,
  "runtime" text not null,
  "created_at" integer not null,
  "size" integer not null,
  "blob" text not null references "blobs" ("hash")
);

CREATE INDEX "snapshots_by_owner" on "snapshots" ("owner_key");
