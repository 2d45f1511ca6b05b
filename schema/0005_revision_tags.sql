-- The revision tags of a build in the order of their numbers: the newest above a floating tag, and the next below a revision,
-- without reading all of them. '10.0.17763.' is the build, 1040 the number behind it.
CREATE INDEX tag_revision ON tag (
  repository_id,
  rtrim(os_version, '0123456789'),
  CAST(substr(os_version, length(rtrim(os_version, '0123456789')) + 1) AS INTEGER) DESC,
  name
) WHERE kind = 'revision' AND locale = '';
