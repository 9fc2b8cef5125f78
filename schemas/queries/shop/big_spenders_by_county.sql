-- Where the best customers live, for the next store: counties by what their households bought on the web and in stores.
WITH spent AS (
    SELECT ss_customer_sk AS customer_sk, ss_net_paid AS paid FROM store_sales
    UNION ALL
    SELECT ws_bill_customer_sk, ws_net_paid FROM web_sales
)
SELECT ca_state, ca_county, count(DISTINCT customer_sk) AS customers, sum(paid) AS paid
FROM spent
JOIN customer ON c_customer_sk = customer_sk
JOIN customer_address ON ca_address_sk = c_current_addr_sk
JOIN household_demographics ON hd_demo_sk = c_current_hdemo_sk
JOIN income_band ON ib_income_band_sk = hd_income_band_sk
WHERE ib_lower_bound >= 100000
GROUP BY ROLLUP (ca_state, ca_county)
ORDER BY paid DESC;
