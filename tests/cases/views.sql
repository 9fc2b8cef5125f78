-- dialect: postgres

-- case: a view is looked through to what makes its column
select name from people
-- reads: users.name users.created_at
-- output name: users.name <- users.created_at
-- engine[postgres]: valid (behind a view its owner's privileges count)

-- case: a view column that nobody asks for is not read
select id from people
-- reads: users.id users.created_at
-- level: internal
-- engine[postgres]: valid (behind a view its owner's privileges count)

-- case: a star of a view
select * from people
-- reads: users.id users.name users.country users.created_at
-- output id: users.id <- users.created_at
-- output name: users.name <- users.created_at
-- output country: users.country <- users.created_at
-- engine[postgres]: valid (behind a view its owner's privileges count)

-- case: an aggregate in a view
select total from spend
-- reads: orders.amount users.id users.country orders.user_id orders.status
-- output total: orders.amount <- users.id users.country orders.user_id orders.status
-- engine[postgres]: valid (behind a view its owner's privileges count)

-- case: a view of a view
select label from contacts
-- reads: users.name users.created_at
-- output label: users.name <- users.created_at
-- engine[postgres]: valid (behind a view its owner's privileges count)

-- case: a view joined to its own table
select p.name from people p join users u on u.id = p.id where u.ssn is null
-- reads: users.name users.id users.ssn users.created_at
-- engine[postgres]: valid (behind a view its owner's privileges count)

-- case: the rows of a view
select count(*) as n from people
-- reads: users.created_at
-- level: internal
-- output n: <- users.created_at
-- engine[postgres]: valid (behind a view its owner's privileges count)

-- case: a column that the view does not have
select ssn from people
-- reads: users.created_at
-- unresolved: unknown-column

-- case: the names that a view's definition lists
select country from swapped
-- reads: users.ssn
-- output country: users.ssn <-
-- engine[postgres]: valid (behind a view its owner's privileges count)
