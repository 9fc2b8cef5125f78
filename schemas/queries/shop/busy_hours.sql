-- Tickets per store, weekday and hour, to plan the shifts.
SELECT s_store_name, d_day_name, t_hour, count(DISTINCT ss_ticket_number) AS tickets, sum(ss_quantity) AS pieces
FROM store_sales
JOIN store ON s_store_sk = ss_store_sk
JOIN date_dim ON d_date_sk = ss_sold_date_sk
JOIN time_dim ON t_time_sk = ss_sold_time_sk
WHERE d_year = 2002
GROUP BY s_store_name, d_day_name, t_hour
ORDER BY s_store_name, d_day_name, t_hour;
