-- Creators within about ten kilometres, for the "near you" shelf.
-- Squares of a grid are precise enough and cheap to join.
WITH squares AS (
  SELECT
    account_id,
    round(home_location.latitude, 1) AS grid_lat,
    round(home_location.longitude, 1) AS grid_lon
  FROM app.profiles
)
SELECT viewer.account_id AS viewer_id, creator.account_id AS creator_id
FROM squares AS viewer
JOIN squares AS creator USING (grid_lat, grid_lon)
JOIN app.accounts AS a ON a.account_id = creator.account_id
WHERE a.is_creator AND viewer.account_id <> creator.account_id;
