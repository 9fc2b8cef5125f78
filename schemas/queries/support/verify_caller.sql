-- What an agent asks a caller who has no access to their mail any more, and the answers.
SELECT handle, legal_name, security_answer
FROM mart.caller_check
WHERE phone = ?;
