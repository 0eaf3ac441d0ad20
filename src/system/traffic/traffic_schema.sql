-- The traffic tables, as the feed processor of LouisvilleMetro/WazeCCPProcessor 2.1 lays them out:
-- the same names, columns, keys and lookup rows, so that either goes on with the other's database.
-- Run where waze.data_files is not there yet; what else is there stays.

CREATE SCHEMA IF NOT EXISTS waze;

CREATE TABLE IF NOT EXISTS waze.application_version (
  version_number varchar(30) PRIMARY KEY,
  install_date   timestamp NOT NULL
);
INSERT INTO waze.application_version (version_number, install_date)
VALUES ('2.1', clock_timestamp() AT TIME ZONE 'UTC') ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS waze.data_files (
  id                serial PRIMARY KEY,
  start_time_millis bigint NOT NULL,
  end_time_millis   bigint NOT NULL,
  start_time        timestamp,
  end_time          timestamp,
  date_created      timestamp,
  date_updated      timestamp,
  file_name         text NOT NULL,
  json_hash         varchar(40) NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS "IDX_UNIQUE_json_hash" ON waze.data_files (json_hash);

CREATE TABLE IF NOT EXISTS waze.jams (
  id                varchar(40) PRIMARY KEY,
  uuid              text NOT NULL,
  pub_millis        bigint NOT NULL,
  pub_utc_date      timestamp,
  start_node        text,
  end_node          text,
  road_type         integer,
  street            text,
  city              text,
  country           text,
  delay             integer,
  speed             real,
  speed_kmh         real,
  length            integer,
  turn_type         text,
  level             integer,
  blocking_alert_id text,
  line              jsonb,
  type              text,
  turn_line         jsonb,
  datafile_id       bigint NOT NULL,
  CONSTRAINT jams_datafile_id_fkey FOREIGN KEY (datafile_id) REFERENCES waze.data_files (id)
);
CREATE INDEX IF NOT EXISTS jams_pub_utc_date_idx ON waze.jams (pub_utc_date);

CREATE TABLE IF NOT EXISTS waze.alerts (
  id                          varchar(40) PRIMARY KEY,
  uuid                        text NOT NULL,
  pub_millis                  bigint NOT NULL,
  pub_utc_date                timestamp,
  road_type                   integer,
  location                    jsonb,
  street                      text,
  city                        text,
  country                     text,
  magvar                      integer,
  reliability                 integer,
  report_description          text,
  report_rating               integer,
  confidence                  integer,
  type                        text,
  subtype                     text,
  report_by_municipality_user boolean,
  thumbs_up                   integer,
  jam_uuid                    text,
  datafile_id                 bigint NOT NULL,
  type_id                     integer,
  CONSTRAINT alerts_datafile_id_fkey FOREIGN KEY (datafile_id) REFERENCES waze.data_files (id)
);
CREATE INDEX IF NOT EXISTS alerts_pub_utc_date_idx ON waze.alerts (pub_utc_date);
CREATE INDEX IF NOT EXISTS alerts_type_id_idx ON waze.alerts (type_id);

CREATE TABLE IF NOT EXISTS waze.irregularities (
  id                    varchar(40) PRIMARY KEY,
  uuid                  text NOT NULL,
  detection_date_millis bigint NOT NULL,
  detection_date        text,
  detection_utc_date    timestamp,
  update_date_millis    bigint NOT NULL,
  update_date           text,
  update_utc_date       timestamp,
  street                text,
  city                  text,
  country               text,
  is_highway            boolean,
  speed                 real,
  regular_speed         real,
  delay_seconds         integer,
  seconds               integer,
  length                integer,
  trend                 integer,
  type                  text,
  severity              real,
  jam_level             integer,
  drivers_count         integer,
  alerts_count          integer,
  n_thumbs_up           integer,
  n_comments            integer,
  n_images              integer,
  line                  jsonb,
  cause_type            text,
  start_node            text,
  end_node              text,
  datafile_id           bigint NOT NULL,
  CONSTRAINT irregularities_datafile_id_fkey
    FOREIGN KEY (datafile_id) REFERENCES waze.data_files (id)
);

CREATE TABLE IF NOT EXISTS waze.coordinate_type (
  id        integer PRIMARY KEY,
  type_name text NOT NULL
);
INSERT INTO waze.coordinate_type (id, type_name)
VALUES (1, 'Line'), (2, 'Turn Line'), (3, 'Location') ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS waze.coordinates (
  id                 varchar(40) PRIMARY KEY,
  latitude           double precision NOT NULL,
  longitude          double precision NOT NULL,
  "order"            integer NOT NULL,
  jam_id             varchar(40),
  irregularity_id    varchar(40),
  alert_id           varchar(40),
  coordinate_type_id integer,
  CONSTRAINT coordinates_jam_id_fkey FOREIGN KEY (jam_id) REFERENCES waze.jams (id),
  CONSTRAINT coordinates_irregularity_id_fkey
    FOREIGN KEY (irregularity_id) REFERENCES waze.irregularities (id),
  CONSTRAINT coordinates_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES waze.alerts (id),
  CONSTRAINT coordinates_coordinate_type_id_fkey
    FOREIGN KEY (coordinate_type_id) REFERENCES waze.coordinate_type (id)
);
CREATE INDEX IF NOT EXISTS coordinates_jam_id_idx ON waze.coordinates (jam_id);
CREATE INDEX IF NOT EXISTS coordinates_latitude_idx ON waze.coordinates (latitude);
CREATE INDEX IF NOT EXISTS coordinates_longitude_idx ON waze.coordinates (longitude);
CREATE INDEX IF NOT EXISTS coordinates_coordinate_type_id_idx
  ON waze.coordinates (coordinate_type_id);
CREATE INDEX IF NOT EXISTS coordinates_alert_id_idx ON waze.coordinates (alert_id);

CREATE TABLE IF NOT EXISTS waze.roads (
  id    serial PRIMARY KEY,
  value integer NOT NULL,
  name  varchar(100) NOT NULL,
  CONSTRAINT roads_unique_combo UNIQUE (value, name)
);
INSERT INTO waze.roads (value, name)
VALUES (1, 'Streets'), (2, 'Primary Street'), (3, 'Freeways'), (4, 'Ramps'), (5, 'Trails'),
  (6, 'Primary'), (7, 'Secondary'), (8, '4X4 Trails'), (9, 'Walkway'), (10, 'Pedestrian'),
  (11, 'Exit'), (12, '?'), (13, '?'), (14, '4X4 Trails'), (15, 'Ferry crossing'),
  (16, 'Stairway'), (17, 'Private road'), (18, 'Railroads'), (19, 'Runway/Taxiway'),
  (20, 'Parking lot road'), (21, 'Service road') ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS waze.alert_types (
  id      serial PRIMARY KEY,
  type    text NOT NULL,
  subtype text
);
INSERT INTO waze.alert_types (type, subtype)
SELECT t.type, t.subtype
FROM (VALUES
  (1, 'ACCIDENT', 'ACCIDENT_MINOR'),
  (2, 'ACCIDENT', 'ACCIDENT_MAJOR'),
  (3, 'ACCIDENT', 'NO_SUBTYPE'),
  (4, 'JAM', 'JAM_MODERATE_TRAFFIC'),
  (5, 'JAM', 'JAM_HEAVY_TRAFFIC'),
  (6, 'JAM', 'JAM_STAND_STILL_TRAFFIC'),
  (7, 'JAM', 'JAM_LIGHT_TRAFFIC'),
  (8, 'JAM', 'NO_SUBTYPE'),
  (9, 'WEATHERHAZARD/HAZARD', 'HAZARD_ON_ROAD'),
  (10, 'WEATHERHAZARD/HAZARD', 'HAZARD_ON_SHOULDER'),
  (11, 'WEATHERHAZARD/HAZARD', 'HAZARD_WEATHER'),
  (12, 'WEATHERHAZARD/HAZARD', 'HAZARD_ON_ROAD_OBJECT'),
  (13, 'WEATHERHAZARD/HAZARD', 'HAZARD_ON_ROAD_POT_HOLE'),
  (14, 'WEATHERHAZARD/HAZARD', 'HAZARD_ON_ROAD_ROAD_KILL'),
  (15, 'WEATHERHAZARD/HAZARD', 'HAZARD_ON_SHOULDER_CAR_STOPPED'),
  (16, 'WEATHERHAZARD/HAZARD', 'HAZARD_ON_SHOULDER_ANIMALS'),
  (17, 'WEATHERHAZARD/HAZARD', 'HAZARD_ON_SHOULDER_MISSING_SIGN'),
  (18, 'WEATHERHAZARD/HAZARD', 'HAZARD_WEATHER_FOG'),
  (19, 'WEATHERHAZARD/HAZARD', 'HAZARD_WEATHER_HAIL'),
  (20, 'WEATHERHAZARD/HAZARD', 'HAZARD_WEATHER_HEAVY_RAIN'),
  (21, 'WEATHERHAZARD/HAZARD', 'HAZARD_WEATHER_HEAVY_SNOW'),
  (22, 'WEATHERHAZARD/HAZARD', 'HAZARD_WEATHER_FLOOD'),
  (23, 'WEATHERHAZARD/HAZARD', 'HAZARD_WEATHER_MONSOON'),
  (24, 'WEATHERHAZARD/HAZARD', 'HAZARD_WEATHER_TORNADO'),
  (25, 'WEATHERHAZARD/HAZARD', 'HAZARD_WEATHER_HEAT_WAVE'),
  (26, 'WEATHERHAZARD/HAZARD', 'HAZARD_WEATHER_HURRICANE'),
  (27, 'WEATHERHAZARD/HAZARD', 'HAZARD_WEATHER_FREEZING_RAIN'),
  (28, 'WEATHERHAZARD/HAZARD', 'HAZARD_ON_ROAD_LANE_CLOSED'),
  (29, 'WEATHERHAZARD/HAZARD', 'HAZARD_ON_ROAD_OIL'),
  (30, 'WEATHERHAZARD/HAZARD', 'HAZARD_ON_ROAD_ICE'),
  (31, 'WEATHERHAZARD/HAZARD', 'HAZARD_ON_ROAD_CONSTRUCTION'),
  (32, 'WEATHERHAZARD/HAZARD', 'HAZARD_ON_ROAD_CAR_STOPPED'),
  (33, 'WEATHERHAZARD/HAZARD', 'HAZARD_ON_ROAD_TRAFFIC_LIGHT_FAULT'),
  (34, 'WEATHERHAZARD/HAZARD', 'NO_SUBTYPE'),
  (35, 'MISC', 'NO_SUBTYPE'),
  (36, 'CONSTRUCTION', 'NO_SUBTYPE'),
  (37, 'ROAD_CLOSED', 'ROAD_CLOSED_HAZARD'),
  (38, 'ROAD_CLOSED', 'ROAD_CLOSED_CONSTRUCTION'),
  (39, 'ROAD_CLOSED', 'ROAD_CLOSED_EVENT')
) AS t (place, type, subtype)
WHERE NOT EXISTS (SELECT FROM waze.alert_types)
ORDER BY t.place;
